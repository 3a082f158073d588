package io.holdfast.restore.saga;

import io.holdfast.contracts.CheckResult;
import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.engine.Finding;
import io.holdfast.engine.Target;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.restore.plan.Preflight;
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
import java.util.List;
import org.jboss.logging.Logger;

/** Loads a backup into a database beside the live one and compares it with the backup. Touches nothing that anybody uses. */
@ApplicationScoped
class Beside {
    private static final Logger LOG = Logger.getLogger(Beside.class);

    private final Restores restores;
    private final Targets targets;
    private final Checking checking;
    private final Telling telling;

    Beside(Restores restores, Targets targets, Checking checking, Telling telling) {
        this.restores = restores;
        this.targets = targets;
        this.checking = checking;
        this.telling = telling;
    }

    /**
     * A copy that was found equal.
     *
     * @param staging its name for now
     * @param oid which it keeps
     */
    record Copy(String staging, long oid, Restored restored, List<CheckResult> checks) {}

    Copy make(Restore restore, Lease lease, Vault vault, Manifest manifest, Preflight.Fit fit) {
        try (Target target = targets.of(restore.server())) {
            return new Work(restore, lease, target, fit).load(vault, manifest);
        }
    }

    private final class Work {
        private final Restore restore;
        private final Lease lease;
        private final Target target;
        private final Preflight.Fit fit;
        private final String staging;

        Work(Restore restore, Lease lease, Target target, Preflight.Fit fit) {
            this.restore = restore;
            this.lease = lease;
            this.target = target;
            this.fit = fit;
            this.staging = Restore.stagingName(restore.id(), lease.epoch());
        }

        Copy load(Vault vault, Manifest manifest) {
            lease.commit(session -> restores.loading(session, restore.id(), lease.epoch()));
            restore.stagingNamesBefore(lease.epoch()).forEach(target::drop);
            try {
                target.create(staging, fit.shape());
                return compared(vault, manifest);
            } catch (RuntimeException e) {
                dropIfPossible();
                throw e;
            }
        }

        /** A worker that lost its lease cleans up after itself: nobody else knows whether it still made something. */
        private void dropIfPossible() {
            boolean interrupted = Thread.interrupted();
            try {
                target.drop(staging);
            } catch (Failure failure) {
                LOG.infof("database %s is dropped later: %s", staging, failure.getMessage());
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        private Copy compared(Vault vault, Manifest manifest) {
            Listener listener = telling.of(restore);
            try (BackupReader backup = vault.reader(manifest.source(), manifest.backup());
                    StoredSchema schema = StoredSchema.of(backup);
                    TargetDatabase database = target.open(staging, fit.options())) {
                Reloaded reloaded = Reload.into(database, backup, schema.file(), fit.options(), listener);
                note(reloaded.notDerived());
                lease.commit(session -> restores.enter(session, restore.id(), RestoreState.CHECKING));
                Comparison comparison = Comparing.of(
                        targets.engine(restore.server()),
                        manifest,
                        schema.file(),
                        database,
                        reloaded,
                        fit.options(),
                        listener);
                refuseDifferent(comparison);
                List<CheckResult> checks = checking.of(restore, manifest, database);
                note(Reload.admit(database, manifest));
                return copy(manifest, comparison, checks);
            }
        }

        /** What the copy is without, for whoever reads of the restore. */
        private void note(List<Finding> findings) {
            if (!findings.isEmpty()) {
                String said = Finding.told(findings);
                LOG.warnf("restore %s: %s", restore.id(), said);
                lease.commit(session -> restores.change(session, restore.id(), it -> it.note(said)));
            }
        }

        private Copy copy(Manifest manifest, Comparison comparison, List<CheckResult> checks) {
            long oid = target.oid(staging).orElseThrow(this::gone);
            Restored restored = new Restored(
                    manifest.contents().snapshotAt(),
                    comparison.tables().size(),
                    comparison.rows(),
                    comparison.bytes());
            return new Copy(staging, oid, restored, checks);
        }

        private Failure gone() {
            return Failure.about(
                    staging,
                    FailureCode.TARGET_LOAD_FAILED,
                    "the restored database " + staging + " disappeared; did somebody drop or rename it? Restore again");
        }

        private void refuseDifferent(Comparison comparison) {
            if (!comparison.equal()) {
                var first = comparison.differences().getFirst();
                throw new Failure(
                        new FailureReason(
                                first.code(),
                                "restore " + restore.id()
                                        + " was not handed over: the copy differs from the backup in "
                                        + comparison.differences().size() + " places, the first being: "
                                        + first.message(),
                                first.object()),
                        null);
            }
        }
    }
}
