package io.holdfast.backup.reconcile;

import io.holdfast.backup.catalog.Backup;
import io.holdfast.backup.catalog.BackupRepository;
import io.holdfast.backup.catalog.BackupState;
import io.holdfast.backup.catalog.VaultBackupRecord;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.vault.format.Hold;
import io.holdfast.vault.status.BackupStatusReader;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/** One source's backups: each is put right in a transaction of its own, which tells of it. */
final class SourceReconciler {
    private static final Logger LOG = Logger.getLogger(SourceReconciler.class);

    private final SourceId source;
    private final BackupStatusReader backupStatusReader;
    private final VaultStateRules vaultStateRules;
    private final BackupRepository backupRepository;
    private final Lease lease;
    private final InstantSource clock;

    SourceReconciler(
            SourceId source,
            BackupStatusReader backupStatusReader,
            VaultStateRules vaultStateRules,
            BackupRepository backupRepository,
            Lease lease,
            InstantSource clock) {
        this.source = source;
        this.backupStatusReader = backupStatusReader;
        this.vaultStateRules = vaultStateRules;
        this.backupRepository = backupRepository;
        this.lease = lease;
        this.clock = clock;
    }

    /** A backup that waits or runs is its worker's. Empties the map of what is in the vault. */
    void run(Map<BackupId, CatalogBackupRow> known) {
        for (BackupId id : backupStatusReader.all()) {
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
                .forEach(id -> change(id, vaultStateRules.lost(id)));
    }

    private void adopt(BackupId id) {
        if (backupStatusReader.isDeleted(id)) {
            return;
        }
        VaultBackupRecord found = vaultStateRules.record(id);
        SourceRef ref = new SourceRef(source, found.sourceName());
        Optional<Predicate<Backup>> verb = vaultStateRules.of(id, BackupState.STORED);
        Optional<Hold> hold = backupStatusReader.isHeld(id) ? Optional.of(vaultStateRules.hold(id)) : Optional.empty();
        boolean added = lease.commit(session -> backupRepository.adopt(session, id, ref, found, backup -> {
            boolean unused = verb.map(v -> v.test(backup)).orElse(true);
            hold.ifPresent(backup::held);
        }));
        if (added) {
            LOG.infof("backup %s of %s is in the vault and was not in the catalog: it is now", id, ref.name());
        }
    }

    private void settle(BackupId id, CatalogBackupRow row) {
        if (backupStatusReader.isDeleted(id)) {
            if (row.state().mayBecome(BackupState.DELETED)) {
                change(id, vaultStateRules.deleted(id));
            }
            return;
        }
        BackupState state = row.state();
        if (!state.isStored()) {
            change(id, vaultStateRules.goodAgain(id));
            state = BackupState.STORED;
        }
        vaultStateRules.of(id, state).ifPresent(verb -> change(id, verb));
        if (backupStatusReader.isHeld(id) && !row.held()) {
            Hold hold = vaultStateRules.hold(id);
            lease.commit(session -> backupRepository.held(session, id, hold));
        } else if (row.held() && !backupStatusReader.isHeld(id)) {
            lease.commit(session -> backupRepository.released(session, id, "vault", clock.instant()));
        }
    }

    private void change(BackupId id, Predicate<Backup> verb) {
        lease.commit(session -> backupRepository.changedIfKnown(session, id, verb));
    }
}
