package io.holdfast.backup.api;

import io.holdfast.backup.approval.ApprovedOperation;
import io.holdfast.backup.approval.OperationApprovals;
import io.holdfast.backup.catalog.Backup;
import io.holdfast.backup.catalog.BackupRepository;
import io.holdfast.backup.catalog.BackupState;
import io.holdfast.backup.catalog.Deletions;
import io.holdfast.backup.vault.PinnedVault;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.eventing.caller.Access;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.holdfast.eventing.runtime.WorkerThreadCall;
import io.holdfast.vault.Vault;
import io.holdfast.vault.format.Hold;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Keeping backups, and deleting them. The vault first, because it is the truth: if this process dies in between, the next
 * reconciliation tells the catalog. Each may be done twice.
 */
@ApplicationScoped
class BackupHolds {
    private final BackupRepository backupRepository;
    private final PinnedVault vaults;
    private final TransactionRunner transactionRunner;
    private final InstantSource clock;
    private final OperationApprovals approvals;
    private final DeletionLock deletionLock;

    BackupHolds(
            BackupRepository backupRepository,
            PinnedVault vaults,
            TransactionRunner transactionRunner,
            InstantSource clock,
            OperationApprovals approvals,
            DeletionLock deletionLock) {
        this.backupRepository = backupRepository;
        this.vaults = vaults;
        this.transactionRunner = transactionRunner;
        this.clock = clock;
        this.approvals = approvals;
        this.deletionLock = deletionLock;
    }

    /** Fails with REQUEST_CONFLICT if it is not stored, BACKUP_NOT_USABLE if it was deleted meanwhile. */
    Uni<Backup> hold(BackupId id, String by, String reason) {
        return stored(id, "held")
                .chain(backup -> WorkerThreadCall.call(
                        () -> vaults.open().hold(backup.source().id(), id, by, reason)))
                .chain((Hold hold) -> transactionRunner.run(session -> backupRepository.held(session, id, hold)));
    }

    Uni<Backup> release(BackupId id, String by) {
        return stored(id, "released")
                .chain(backup -> WorkerThreadCall.call(() -> {
                    vaults.open().release(backup.source().id(), id);
                    return clock.instant();
                }))
                .chain(at -> transactionRunner.run(session -> backupRepository.released(session, id, by, at)));
    }

    /**
     * Deletes a backup; its bytes go with a sweep after the grace. One that is deleted already stays so.
     *
     * @param newestProven that it may be the newest proven one of its source
     * @throws HoldfastException REQUEST_CONFLICT if it is held, not stored, or the newest proven one, also while
     *     that waits for approval
     */
    Uni<Backup> delete(BackupId id, Access by, String reason, boolean newestProven) {
        return transactionRunner
                .run(session -> backupRepository.get(session, id))
                .chain(backup -> {
                    if (backup.state() == BackupState.DELETED) {
                        return Uni.createFrom().item(backup);
                    }
                    refuseUnstored(backup, "deleted");
                    return WorkerThreadCall.call(() -> bury(backup, by, reason, newestProven))
                            .chain(at -> transactionRunner.run(
                                    session -> backupRepository.deleted(session, id, by.name(), at)));
                });
    }

    private Instant bury(Backup backup, Access by, String reason, boolean newestProven) {
        Vault vault = vaults.open();
        SourceId source = backup.source().id();
        boolean meant = newestProven && isNewestProven(vault, backup);
        if (meant) {
            approvals.require(ApprovedOperation.DELETE, backup, by);
        }
        return deletionLock.exclusively(source, () -> {
            // another deletion may have made it the newest one meanwhile
            if (!meant && isNewestProven(vault, backup)) {
                throw conflict(
                        backup,
                        "is the newest proven backup of source \""
                                + backup.source().name()
                                + "\" and is not deleted; prove a newer one first, or send newestProven=true");
            }
            return Deletions.tombstone(vault, source, backup.id(), by.name(), reason, clock);
        });
    }

    private static boolean isNewestProven(Vault vault, Backup backup) {
        return vault.standings(backup.source().id())
                .newestProven()
                .filter(backup.id()::equals)
                .isPresent();
    }

    private Uni<Backup> stored(BackupId id, String verb) {
        return transactionRunner
                .run(session -> backupRepository.get(session, id))
                .invoke(backup -> refuseUnstored(backup, verb));
    }

    private static void refuseUnstored(Backup backup, String verb) {
        if (!backup.state().isStored()) {
            throw conflict(
                    backup,
                    "is " + backup.state() + " and cannot be " + verb
                            + (backup.state().isFinished()
                                    ? "; only what is in the vault can"
                                    : "; cancel it instead"));
        }
    }

    private static HoldfastException conflict(Backup backup, String what) {
        return HoldfastException.about(
                backup.id().toString(), FailureCode.REQUEST_CONFLICT, "backup " + backup.id() + " " + what);
    }
}
