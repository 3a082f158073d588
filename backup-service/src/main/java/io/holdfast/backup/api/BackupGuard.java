package io.holdfast.backup.api;

import io.holdfast.access.Permission;
import io.holdfast.backup.catalog.Backup;
import io.holdfast.backup.catalog.BackupRepository;
import io.holdfast.contracts.BackupId;
import io.holdfast.eventing.caller.Access;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Finds a backup for a caller who has a permission on its source. */
@ApplicationScoped
class BackupGuard {
    private final BackupRepository backups;
    private final TransactionRunner transactions;

    BackupGuard(BackupRepository backups, TransactionRunner transactions) {
        this.backups = backups;
        this.transactions = transactions;
    }

    /** Fails with BACKUP_UNKNOWN if the caller may not see the backup's source, REQUEST_FORBIDDEN if it may do no more. */
    Uni<Backup> require(Access access, Permission permission, BackupId id) {
        return transactions
                .run(session -> backups.get(session, id))
                .invoke(backup ->
                        access.require(permission, backup.source().name(), () -> BackupRepository.unknown(id)));
    }
}
