package io.holdfast.backup.catalog;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.vault.BackupStatusReader;
import io.holdfast.vault.Hold;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/** One source's backups: each is put right in a transaction of its own, which tells of it. */
final class SourceReconciler {
    private static final Logger LOG = Logger.getLogger(SourceReconciler.class);

    private final SourceId source;
    private final BackupStatusReader standings;
    private final VaultStateRules judgement;
    private final BackupRepository backups;
    private final Lease lease;
    private final InstantSource clock;

    SourceReconciler(
            SourceId source,
            BackupStatusReader standings,
            VaultStateRules judgement,
            BackupRepository backups,
            Lease lease,
            InstantSource clock) {
        this.source = source;
        this.standings = standings;
        this.judgement = judgement;
        this.backups = backups;
        this.lease = lease;
        this.clock = clock;
    }

    /** A backup that waits or runs is its worker's. Empties the map of what is in the vault. */
    void run(Map<BackupId, CatalogBackupRow> known) {
        for (BackupId id : standings.all()) {
            CatalogBackupRow row = known.remove(id);
            if (row == null) {
                adopt(id);
            } else if (row.state().isFinished()) {
                settle(id, row);
            }
        }
        known.values().stream()
                .filter(row -> row.state().isStored())
                .map(CatalogBackupRow::id)
                .forEach(id -> change(id, judgement.lost(id)));
    }

    private void adopt(BackupId id) {
        if (standings.isDeleted(id)) {
            return;
        }
        VaultBackupRecord found = judgement.record(id);
        SourceRef ref = new SourceRef(source, found.sourceName());
        Optional<Predicate<Backup>> verb = judgement.of(id, BackupState.STORED);
        Optional<Hold> hold = standings.isHeld(id) ? Optional.of(judgement.hold(id)) : Optional.empty();
        boolean added = lease.commit(session -> backups.adopt(session, id, ref, found, backup -> {
            boolean unused = verb.map(v -> v.test(backup)).orElse(true);
            hold.ifPresent(backup::held);
        }));
        if (added) {
            LOG.infof("backup %s of %s is in the vault and was not in the catalog: it is now", id, ref.name());
        }
    }

    private void settle(BackupId id, CatalogBackupRow row) {
        if (standings.isDeleted(id)) {
            if (row.state().mayBecome(BackupState.DELETED)) {
                change(id, judgement.deleted(id));
            }
            return;
        }
        BackupState state = row.state();
        if (!state.isStored()) {
            change(id, judgement.goodAgain(id));
            state = BackupState.STORED;
        }
        judgement.of(id, state).ifPresent(verb -> change(id, verb));
        if (standings.isHeld(id) && !row.held()) {
            Hold hold = judgement.hold(id);
            lease.commit(session -> backups.held(session, id, hold));
        } else if (row.held() && !standings.isHeld(id)) {
            lease.commit(session -> backups.released(session, id, "vault", clock.instant()));
        }
    }

    private void change(BackupId id, Predicate<Backup> verb) {
        lease.commit(session -> backups.changedIfKnown(session, id, verb));
    }
}
