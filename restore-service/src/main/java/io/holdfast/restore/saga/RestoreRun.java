package io.holdfast.restore.saga;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.JobProgressed;
import io.holdfast.engine.Target;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.eventing.Progress;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.restore.plan.Choice;
import io.holdfast.restore.plan.Preflight;
import io.holdfast.restore.plan.RestoreVault;
import io.holdfast.transfer.Comparing;
import io.holdfast.transfer.Comparison;
import io.holdfast.transfer.Listener;
import io.holdfast.transfer.Reload;
import io.holdfast.transfer.Reloaded;
import io.holdfast.transfer.StoredSchema;
import io.holdfast.vault.BackupReader;
import io.holdfast.vault.Manifest;
import io.holdfast.vault.Vault;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.Locale;
import org.jboss.logging.Logger;

/** The steps of one restore. Each is entered by a fenced transaction before it touches anything. */
@ApplicationScoped
class RestoreRun {
    private static final Logger LOG = Logger.getLogger(RestoreRun.class);

    private final Restores restores;
    private final RestoreVault vaults;
    private final Preflight preflight;
    private final Targets targets;
    private final Progress progress;
    private final InstantSource clock;

    RestoreRun(
            Restores restores,
            RestoreVault vaults,
            Preflight preflight,
            Targets targets,
            Progress progress,
            InstantSource clock) {
        this.restores = restores;
        this.vaults = vaults;
        this.preflight = preflight;
        this.targets = targets;
        this.progress = progress;
        this.clock = clock;
    }

    /** Loads the backup beside and compares it. Returns the restore at HANDING_OVER. */
    Restore beside(Restore restore, Lease lease) {
        lease.commit(session -> restores.enter(session, restore.id(), RestoreState.PREFLIGHT));
        Vault vault = vaults.open();
        Manifest manifest = preflight.choose(vault, restore.source(), choice(restore));
        preflight.chunks(vault, manifest);
        try (Target target = targets.of(restore.server())) {
            Preflight.Fit fit = preflight.target(target, restore.database(), manifest);
            lease.commit(session -> restores.planned(session, restore.id(), manifest, fit.lacking()));
            return load(new Work(restore, lease, target, fit), vault, manifest);
        }
    }

    private static Choice choice(Restore restore) {
        var planned = restore.backupId();
        return planned == null ? Choice.parse(restore.wanted()) : new Choice.ById(planned);
    }

    private record Work(Restore restore, Lease lease, Target target, Preflight.Fit fit) {
        String staging() {
            return Restore.stagingName(restore.id(), lease.epoch());
        }
    }

    private Restore load(Work work, Vault vault, Manifest manifest) {
        work.lease()
                .commit(session -> restores.loading(
                        session, work.restore().id(), work.lease().epoch()));
        Comparison comparison;
        work.restore().stagingNamesBefore(work.lease().epoch()).forEach(work.target()::drop);
        try {
            work.target().create(work.staging(), work.fit().shape());
            comparison = compared(work, vault, manifest);
        } catch (RuntimeException e) {
            dropIfPossible(work);
            throw e;
        }
        return equal(work, manifest, comparison);
    }

    /** A worker that lost its lease cleans up after itself: nobody else knows whether it still made something. */
    private static void dropIfPossible(Work work) {
        boolean interrupted = Thread.interrupted();
        try {
            work.target().drop(work.staging());
        } catch (Failure failure) {
            LOG.infof("database %s is dropped later: %s", work.staging(), failure.getMessage());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Comparison compared(Work work, Vault vault, Manifest manifest) {
        Listener listener = telling(work.restore());
        try (BackupReader backup = vault.reader(manifest.source(), manifest.backup());
                StoredSchema schema = StoredSchema.of(backup);
                TargetDatabase database =
                        work.target().open(work.staging(), work.fit().options())) {
            Reloaded reloaded =
                    Reload.into(database, backup, schema.file(), work.fit().options(), listener);
            work.lease()
                    .commit(session -> restores.enter(session, work.restore().id(), RestoreState.CHECKING));
            Comparison comparison = Comparing.of(
                    targets.engine(work.restore().server()),
                    manifest,
                    schema.file(),
                    database,
                    reloaded,
                    work.fit().options(),
                    listener);
            refuseDifferent(work.restore(), comparison);
            return comparison;
        }
    }

    private Restore equal(Work work, Manifest manifest, Comparison comparison) {
        long oid = work.target().oid(work.staging()).orElseThrow(() -> gone(work.staging()));
        Restored restored = new Restored(
                manifest.contents().snapshotAt(), comparison.tables().size(), comparison.rows(), comparison.bytes());
        return work.lease()
                .commit(session -> restores.equal(session, work.restore().id(), work.staging(), oid, restored));
    }

    private static void refuseDifferent(Restore restore, Comparison comparison) {
        if (!comparison.equal()) {
            var first = comparison.differences().getFirst();
            throw new Failure(
                    new FailureReason(
                            first.code(),
                            "restore " + restore.id() + " was not handed over: the copy differs from the backup in "
                                    + comparison.differences().size() + " places, the first being: " + first.message(),
                            first.object()),
                    null);
        }
    }

    /** Gives the copy the name people asked for; finds it done if a worker before did it. */
    void handOver(Restore restore) {
        Restore.Handover handover = restore.handover();
        try (Target target = targets.of(restore.server())) {
            if (isHandedOver(target, restore, handover)) {
                return;
            }
            rename(target, restore, handover);
            if (!isHandedOver(target, restore, handover)) {
                throw gone(restore.database());
            }
        }
    }

    /** A worker that was only paused may do the same at this moment. */
    private static void rename(Target target, Restore restore, Restore.Handover handover) {
        try {
            target.rename(handover.staging(), restore.database());
        } catch (Failure failure) {
            if (Thread.currentThread().isInterrupted() || !isHandedOver(target, restore, handover)) {
                throw failure;
            }
        }
    }

    private static boolean isHandedOver(Target target, Restore restore, Restore.Handover handover) {
        return target.oid(restore.database())
                .filter(oid -> oid == handover.oid())
                .isPresent();
    }

    private static Failure gone(String database) {
        return Failure.about(
                database,
                FailureCode.TARGET_LOAD_FAILED,
                "the restored database \"" + database + "\" disappeared before it was handed over; did somebody drop"
                        + " or rename it? Restore again");
    }

    private Listener telling(Restore restore) {
        return (phase, bytes, total, rows) -> progress.report(new JobProgressed(
                JobProgressed.Kind.RESTORE,
                restore.id().toString(),
                restore.source(),
                phase.name().toLowerCase(Locale.ROOT),
                bytes,
                total > 0 ? total : null,
                rows,
                clock.instant()));
    }
}
