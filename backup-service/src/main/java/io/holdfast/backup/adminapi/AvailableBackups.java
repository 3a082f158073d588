package io.holdfast.backup.adminapi;

import io.holdfast.backup.catalog.Backup;
import io.holdfast.backup.catalog.BackupQuery;
import io.holdfast.backup.catalog.BackupRepository;
import io.holdfast.backup.catalog.BackupState;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;

/**
 * The backups of a source that can be downloaded as a whole: stored or proven. Not: a backup whose verification failed, since
 * its rows may be incomplete, and a safety backup, which may hold single tables.
 */
@ApplicationScoped
class AvailableBackups {
    private final BackupRepository backupRepository;
    private final TransactionRunner transactionRunner;

    AvailableBackups(BackupRepository backupRepository, TransactionRunner transactionRunner) {
        this.backupRepository = backupRepository;
        this.transactionRunner = transactionRunner;
    }

    /** Newest first. */
    Uni<List<Backup>> of(SourceId source) {
        return list(available(source));
    }

    /** The newest one with this key; fails with REQUEST_INVALID if it is not a key, BACKUP_UNKNOWN if no backup has it. */
    Uni<Backup> withKey(SourceId source, String key) {
        Instant second = BackupKey.second(key);
        return list(available(source).between(second, second.plusSeconds(1))).map(found -> {
            if (found.isEmpty()) {
                throw HoldfastException.about(
                        key,
                        FailureCode.BACKUP_UNKNOWN,
                        "no available backup of this source has the key " + BackupKey.of(second)
                                + "; GET /api/admin/backup lists the keys, and GET /api/backups all backups");
            }
            return found.getFirst();
        });
    }

    private static BackupQuery available(SourceId source) {
        return BackupQuery.all()
                .ofSource(source)
                .inStates(EnumSet.of(BackupState.STORED, BackupState.PROVEN))
                .withoutSafety();
    }

    private Uni<List<Backup>> list(BackupQuery query) {
        return transactionRunner.run(session -> backupRepository.list(session, query));
    }
}
