package io.holdfast.contracts;

import java.time.Instant;

/** What happened to a restore, on {@code holdfast.restore.events.v1}. */
public sealed interface RestoreEvent extends Event
        permits RestoreEvent.AwaitingApproval,
                RestoreEvent.Approved,
                RestoreEvent.Expired,
                RestoreEvent.Started,
                RestoreEvent.Switched,
                RestoreEvent.Completed,
                RestoreEvent.Failed,
                RestoreEvent.Cancelled,
                RestoreEvent.RolledBack,
                RestoreEvent.MaintenanceStarted,
                RestoreEvent.MaintenanceEnded,
                RequestRejected {

    @EventType("RestoreAwaitingApproval")
    record AwaitingApproval(
            RestoreId restoreId, SourceRef source, BackupId backupId, String database, Instant expiresAt)
            implements RestoreEvent {}

    @EventType("RestoreApproved")
    record Approved(RestoreId restoreId, SourceRef source, BackupId backupId, String approvedBy, Instant approvedAt)
            implements RestoreEvent {}

    @EventType("RestoreExpired")
    record Expired(RestoreId restoreId, SourceRef source, BackupId backupId, Instant expiredAt)
            implements RestoreEvent {}

    /** The plan stands: which backup goes where. */
    @EventType("RestoreStarted")
    record Started(RestoreId restoreId, SourceRef source, BackupId backupId, String database, Instant startedAt)
            implements RestoreEvent {}

    /** The restored copy is the live database now. */
    @EventType("RestoreSwitched")
    record Switched(RestoreId restoreId, SourceRef source, BackupId backupId, String database, Instant switchedAt)
            implements RestoreEvent {}

    /**
     * The restored copy was compared with the backup, row by row, and handed over.
     *
     * @param snapshotAt the instant whose data it holds
     */
    @EventType("RestoreCompleted")
    record Completed(
            RestoreId restoreId,
            SourceRef source,
            BackupId backupId,
            String database,
            Instant snapshotAt,
            int tables,
            long rows,
            long bytes,
            long durationMillis,
            Instant completedAt)
            implements RestoreEvent {}

    /** Nothing live was changed, or it was put back as it was. */
    @EventType("RestoreFailed")
    record Failed(RestoreId restoreId, SourceRef source, FailureReason reason, Instant failedAt)
            implements RestoreEvent {}

    @EventType("RestoreCancelled")
    record Cancelled(RestoreId restoreId, SourceRef source, String cancelledBy, Instant cancelledAt)
            implements RestoreEvent {}

    @EventType("RestoreRolledBack")
    record RolledBack(RestoreId restoreId, SourceRef source, FailureReason reason, Instant rolledBackAt)
            implements RestoreEvent {}

    @EventType("MaintenanceStarted")
    record MaintenanceStarted(
            RestoreId restoreId, SourceRef source, String reason, Instant startedAt, Instant expectedEndAt)
            implements RestoreEvent {}

    @EventType("MaintenanceEnded")
    record MaintenanceEnded(RestoreId restoreId, SourceRef source, Instant endedAt) implements RestoreEvent {}
}
