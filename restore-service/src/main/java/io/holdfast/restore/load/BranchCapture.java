package io.holdfast.restore.load;

import io.holdfast.config.Durations;
import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.neon.PointInTimeCopies;
import io.holdfast.neon.PointInTimeCopy;
import io.holdfast.neon.PointInTimeWindow;
import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.domain.RestoreRepository;
import io.holdfast.restore.plan.RestorePreflight;
import io.holdfast.restore.targets.TargetRegistry;
import io.holdfast.vault.Vault;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The state of a Neon database at an instant of its project's history: captures it from a branch, which is named after the
 * restore.
 *
 * <p>The branch is deleted after the capture, whether that succeeded or failed, and once more when the restore ends. A worker that
 * dies leaves it: the next attempt uses it, restores of the same source delete branches of restores that have ended, and Neon
 * deletes it at its expiry.
 */
@ApplicationScoped
public class BranchCapture {
    private static final Logger LOG = Logger.getLogger(BranchCapture.class);

    /** To make the branch, beyond the time that a backup may take. */
    private static final Duration SETUP = Duration.ofHours(1);

    private final TargetRegistry sources;
    private final RestoreRepository restores;
    private final InstantBackup instantBackup;
    private final LiveConfig live;
    private final InstantSource clock;

    BranchCapture(
            TargetRegistry sources,
            RestoreRepository restores,
            InstantBackup instantBackup,
            LiveConfig live,
            InstantSource clock) {
        this.sources = sources;
        this.restores = restores;
        this.instantBackup = instantBackup;
        this.live = live;
        this.clock = clock;
    }

    /** Whether the source is a database of Neon. */
    boolean applies(Restore restore) {
        return neon(restore).isPresent();
    }

    private Optional<SourceConfig.Neon> neon(Restore restore) {
        return sources.configured(restore.source().name()).flatMap(SourceConfig::neon);
    }

    /** @throws HoldfastException POINT_NOT_COVERED with the window; SOURCE_* if Neon does not answer or refuses */
    PointInTimeCapture.Planned plan(Restore restore, Vault vault) {
        SourceConfig.Neon neon = neon(restore).orElseThrow();
        Instant at = InstantBackup.instant(restore);
        PointInTimeCopies copies = copies(restore);
        PointInTimeWindow window = copies.covering(at);
        List<String> lines = List.of(
                "branch " + copies.name(restore.id().value()) + " of Neon project " + neon.project() + ", "
                        + neon.branch().map(parent -> "branch " + parent).orElse("default branch")
                        + ", is made with the state of " + at + "; the project keeps the instants from " + window.from()
                        + " to " + window.to(),
                "Neon bills the compute of the branch while the database is read from it; the branch is deleted after that,"
                        + " and by Neon " + Durations.format(expiry()) + " after it was made at the latest",
                "database \"" + sources.database(restore.source().name()) + "\" is captured from it as backup "
                        + InstantBackup.id(restore) + " and restored",
                "transactions that committed after " + at + " will not be in the database");
        return new PointInTimeCapture.Planned(lines, latestBytes(restore, vault));
    }

    /** The size of the database is not known before it is read: that of the newest backup, 0 without a readable one. */
    private static long latestBytes(Restore restore, Vault vault) {
        SourceId source = restore.source().id();
        try {
            return vault.backups(source).stream()
                    .findFirst()
                    .map(backup -> RestorePreflight.bytes(vault.manifest(source, backup)))
                    .orElse(0L);
        } catch (HoldfastException e) {
            return switch (e.code()) {
                case MANIFEST_MISSING, MANIFEST_CORRUPT, BACKUP_NOT_USABLE -> 0L;
                default -> throw e;
            };
        }
    }

    /** @throws HoldfastException POINT_NOT_COVERED, POINT_NOT_REACHED; SOURCE_* and VAULT_* */
    void run(Restore restore, Lease lease, Vault vault) {
        PointInTimeCopies copies = copies(restore);
        sweep(restore, copies, lease);
        Instant at = InstantBackup.instant(restore);
        lease.commit(session -> restores.change(
                session,
                restore.id(),
                it -> it.note("makes branch " + copies.name(restore.id().value()) + " with the state of " + at)));
        try {
            PointInTimeCopy copy =
                    copies.copy(restore.id().value(), at, clock.instant().plus(expiry()), lease::ensureHeld);
            lease.ensureHeld();
            instantBackup.take(restore, vault, sources.copied(restore.source().name(), copy), at);
        } finally {
            // a worker without its lease would delete the branch that the next worker reads
            if (isHeld(lease)) {
                deleteOrLog(restore, copies);
            }
        }
    }

    private Duration expiry() {
        return live.current().platform().maxDuration().plus(SETUP);
    }

    /** Only branches of restores that are known here: another installation may have the same source. */
    private void sweep(Restore restore, PointInTimeCopies copies, Lease lease) {
        try {
            int swept = copies.sweep(id -> !lease.commit(session -> restores.hasEnded(session, id)));
            if (swept > 0) {
                LOG.infof(
                        "restore %s: deleted %d branches of earlier restores of source %s",
                        restore.id(), swept, restore.source().name());
            }
        } catch (HoldfastException e) {
            if (e.code().category() != FailureCode.Category.SOURCE) {
                throw e;
            }
            LOG.warnf("restore %s: branches of earlier restores are left: %s", restore.id(), e.getMessage());
        }
    }

    private static boolean isHeld(Lease lease) {
        try {
            lease.ensureHeld();
            return true;
        } catch (HoldfastException e) {
            return false; // LEASE_LOST or CANCELLED
        }
    }

    /** The backup may be complete: the branch is deleted again when the restore has ended. */
    private static void deleteOrLog(Restore restore, PointInTimeCopies copies) {
        try {
            copies.delete(restore.id().value());
        } catch (HoldfastException e) {
            LOG.warnf(
                    "restore %s: branch %s is not deleted yet: %s",
                    restore.id(), copies.name(restore.id().value()), e.getMessage());
        }
    }

    /** Deletes the branch that a worker may have left after the capture. Logs a failure. */
    void discardOrLog(Restore restore) {
        if (applies(restore)) {
            deleteOrLog(restore, copies(restore));
        }
    }

    /**
     * Deletes the branch of a restore that has ended. Does nothing if there is none, or if the source has left the configuration:
     * then the branch expires.
     *
     * @throws HoldfastException SOURCE_* if Neon does not answer or refuses
     */
    public void discard(Restore restore) {
        if (restore.wish().pointInTime() && applies(restore)) {
            copies(restore).delete(restore.id().value());
        }
    }

    private PointInTimeCopies copies(Restore restore) {
        return sources.copies(restore.source()).orElseThrow();
    }
}
