package io.holdfast.restore.load;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.engine.pointintime.PointInTimeCopies;
import io.holdfast.engine.pointintime.PointInTimeCopy;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.domain.RestoreRepository;
import io.holdfast.restore.plan.RestorePreflight;
import io.holdfast.restore.targets.TargetRegistry;
import io.holdfast.vault.Vault;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * The state of a database at an instant that the provider of its server keeps: captures it from a copy that the provider makes,
 * which is named after the restore.
 *
 * <p>The copy is deleted after the capture, and once more when the restore ends. It stays after a failure that may pass, and if the
 * worker dies: the next attempt uses it. Restores of the same source delete copies of restores that have ended, and expired ones.
 */
@ApplicationScoped
public class CopyCapture {
    private static final Logger LOG = Logger.getLogger(CopyCapture.class);

    /** To make the copy, beyond the time that a backup may take. */
    private static final Duration SETUP = Duration.ofHours(1);

    private final TargetRegistry sources;
    private final RestoreRepository restores;
    private final InstantBackup instantBackup;
    private final LiveConfig live;
    private final InstantSource clock;

    CopyCapture(
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

    /** Whether the source has a provider that makes copies. */
    boolean applies(Restore restore) {
        return sources.configured(restore.source().name())
                .filter(source -> source.neon().isPresent() || source.rds().isPresent())
                .isPresent();
    }

    /** @throws HoldfastException POINT_NOT_COVERED with the window; SOURCE_* if the provider does not answer or refuses */
    PointInTimeCapture.Planned plan(Restore restore, Vault vault) {
        Instant at = InstantBackup.instant(restore);
        List<String> lines = new ArrayList<>(copies(restore).plan(restore.id().value(), at, expiry()));
        lines.add("database \"" + sources.database(restore.source().name()) + "\" is captured from it as backup "
                + InstantBackup.id(restore) + " and restored");
        lines.add("transactions that committed after " + at + " will not be in the database");
        return new PointInTimeCapture.Planned(List.copyOf(lines), latestBytes(restore, vault));
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
                it -> it.note("makes " + copies.label(restore.id().value()) + " with the state of " + at)));
        boolean again = false;
        try {
            PointInTimeCopy copy =
                    copies.copy(restore.id().value(), at, clock.instant().plus(expiry()), lease::ensureHeld);
            lease.ensureHeld();
            instantBackup.take(restore, vault, sources.copied(restore.source().name(), copy), at);
        } catch (HoldfastException e) {
            again = e.code().isTransient();
            throw e;
        } finally {
            // a worker without its lease would delete the copy that the next worker reads
            if (!again && isHeld(lease)) {
                deleteOrLog(restore);
            }
        }
    }

    private Duration expiry() {
        return live.current().platform().maxDuration().plus(SETUP);
    }

    /** Only copies of restores that are known here, and expired ones: another installation may have the same source. */
    private void sweep(Restore restore, PointInTimeCopies copies, Lease lease) {
        try {
            int swept = copies.sweep(id -> !lease.commit(session -> restores.hasEnded(session, id)));
            if (swept > 0) {
                LOG.infof(
                        "restore %s: deleted %d copies of earlier restores of source %s",
                        restore.id(), swept, restore.source().name());
            }
        } catch (HoldfastException e) {
            if (e.code().category() != FailureCode.Category.SOURCE) {
                throw e;
            }
            LOG.warnf("restore %s: copies of earlier restores are left: %s", restore.id(), e.getMessage());
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

    /** The backup may be complete: the copy is deleted again when the restore has ended. */
    private void deleteOrLog(Restore restore) {
        try {
            copies(restore).delete(restore.id().value());
        } catch (HoldfastException e) {
            LOG.warnf("restore %s: its copy at the provider is not deleted yet: %s", restore.id(), e.getMessage());
        }
    }

    /** Deletes the copy that a worker may have left after the capture. Logs a failure. */
    void discardOrLog(Restore restore) {
        if (applies(restore)) {
            deleteOrLog(restore);
        }
    }

    /**
     * Deletes the copy of a restore that has ended. Does nothing if there is none, or if the source has left the configuration.
     *
     * @throws HoldfastException SOURCE_* if the provider does not answer or refuses
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
