package io.holdfast.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happened to a restore, on {@code holdfast.restore.events.v1}. The backup is absent in events of a restore to a point in time
 * that the provider of the database keeps.
 */
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
                RestoreEvent.Planned,
                RestoreEvent.WatchEnded,
                RestoreEvent.KeptDatabaseDropped,
                RequestRejected {

    @EventType("RestoreAwaitingApproval")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record AwaitingApproval(
            RestoreId restoreId, SourceRef source, @Nullable BackupId backupId, String database, Instant expiresAt)
            implements RestoreEvent {
        public AwaitingApproval {
            RequiredFields.fields(
                    "restoreId", restoreId, "source", source, "database", database, "expiresAt", expiresAt);
        }
    }

    @EventType("RestoreApproved")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Approved(
            RestoreId restoreId, SourceRef source, @Nullable BackupId backupId, String approvedBy, Instant approvedAt)
            implements RestoreEvent {
        public Approved {
            RequiredFields.fields(
                    "restoreId", restoreId, "source", source, "approvedBy", approvedBy, "approvedAt", approvedAt);
        }
    }

    @EventType("RestoreExpired")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Expired(
            RestoreId restoreId, SourceRef source, @Nullable BackupId backupId, Instant expiredAt)
            implements RestoreEvent {
        public Expired {
            RequiredFields.fields("restoreId", restoreId, "source", source, "expiredAt", expiredAt);
        }
    }

    /**
     * The plan stands: which backup goes where.
     *
     * @param pointInTime the instant that was asked for; null if a backup is restored, or the state at an LSN or a transaction
     */
    @EventType("RestoreStarted")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Started(
            RestoreId restoreId,
            SourceRef source,
            @Nullable BackupId backupId,
            String database,
            @Nullable Instant pointInTime,
            Instant startedAt)
            implements RestoreEvent {
        public Started {
            RequiredFields.fields(
                    "restoreId", restoreId, "source", source, "database", database, "startedAt", startedAt);
        }
    }

    /** The restored copy is the live database now. */
    @EventType("RestoreSwitched")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Switched(
            RestoreId restoreId, SourceRef source, @Nullable BackupId backupId, String database, Instant switchedAt)
            implements RestoreEvent {
        public Switched {
            RequiredFields.fields(
                    "restoreId", restoreId, "source", source, "database", database, "switchedAt", switchedAt);
        }
    }

    /**
     * The restored copy was compared with the backup, row by row, and handed over.
     *
     * @param snapshotAt the instant whose data it holds
     */
    @EventType("RestoreCompleted")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Completed(
            RestoreId restoreId,
            SourceRef source,
            @Nullable BackupId backupId,
            String database,
            Instant snapshotAt,
            int tables,
            long rows,
            long bytes,
            long durationMillis,
            Instant completedAt)
            implements RestoreEvent {
        public Completed {
            RequiredFields.fields(
                    "restoreId",
                    restoreId,
                    "source",
                    source,
                    "database",
                    database,
                    "snapshotAt",
                    snapshotAt,
                    "completedAt",
                    completedAt);
        }
    }

    /**
     * A restore did not complete.
     *
     * @param live the state of the live database; absent in events of early versions
     * @param database the database that was to be restored
     * @param server its server
     * @param refused true: the request was refused before any work, because it names something that does not exist or cannot
     *     be restored
     */
    @EventType("RestoreFailed")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Failed(
            RestoreId restoreId,
            SourceRef source,
            FailureReason reason,
            Instant failedAt,
            @Nullable LiveData live,
            @Nullable String database,
            @Nullable String server,
            @Nullable Boolean refused)
            implements RestoreEvent {
        public Failed {
            RequiredFields.fields("restoreId", restoreId, "source", source, "reason", reason, "failedAt", failedAt);
        }
    }

    @EventType("RestoreCancelled")
    record Cancelled(RestoreId restoreId, SourceRef source, String cancelledBy, Instant cancelledAt)
            implements RestoreEvent {
        public Cancelled {
            RequiredFields.fields(
                    "restoreId", restoreId, "source", source, "cancelledBy", cancelledBy, "cancelledAt", cancelledAt);
        }
    }

    @EventType("RestoreRolledBack")
    record RolledBack(RestoreId restoreId, SourceRef source, FailureReason reason, Instant rolledBackAt)
            implements RestoreEvent {
        public RolledBack {
            RequiredFields.fields(
                    "restoreId", restoreId, "source", source, "reason", reason, "rolledBackAt", rolledBackAt);
        }
    }

    @EventType("MaintenanceStarted")
    record MaintenanceStarted(
            RestoreId restoreId, SourceRef source, String reason, Instant startedAt, Instant expectedEndAt)
            implements RestoreEvent {
        public MaintenanceStarted {
            RequiredFields.fields(
                    "restoreId",
                    restoreId,
                    "source",
                    source,
                    "reason",
                    reason,
                    "startedAt",
                    startedAt,
                    "expectedEndAt",
                    expectedEndAt);
        }
    }

    /**
     * The application may work again.
     *
     * @param dataAsOf the instant whose data it finds, if that is not the present
     * @param nextSteps what people are to do now
     */
    @EventType("MaintenanceEnded")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record MaintenanceEnded(
            RestoreId restoreId,
            SourceRef source,
            Instant endedAt,
            @Nullable Instant dataAsOf,
            @Nullable String nextSteps)
            implements RestoreEvent {
        public MaintenanceEnded {
            RequiredFields.fields("restoreId", restoreId, "source", source, "endedAt", endedAt);
        }
    }

    /**
     * A dry run ended; nothing was touched.
     *
     * @param backupId the backup it would take, if there is one
     * @param problems what stands against the restore; empty if nothing does
     */
    @EventType("RestorePlanned")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Planned(
            RestoreId restoreId,
            SourceRef source,
            @Nullable BackupId backupId,
            String database,
            List<String> problems,
            Instant plannedAt)
            implements RestoreEvent {
        public Planned {
            RequiredFields.fields(
                    "restoreId", restoreId, "source", source, "database", database, "plannedAt", plannedAt);
            problems = RequiredFields.list("problems", problems);
        }
    }

    /**
     * The time after a switch in which the database was watched is over.
     *
     * @param finding what was seen
     */
    @EventType("RestoreWatchEnded")
    record WatchEnded(RestoreId restoreId, SourceRef source, boolean healthy, String finding, Instant endedAt)
            implements RestoreEvent {
        public WatchEnded {
            RequiredFields.fields("restoreId", restoreId, "source", source, "finding", finding, "endedAt", endedAt);
        }
    }

    /** The database that a switch had put aside was removed when its time was over. */
    @EventType("KeptDatabaseDropped")
    record KeptDatabaseDropped(RestoreId restoreId, SourceRef source, String database, Instant droppedAt)
            implements RestoreEvent {
        public KeptDatabaseDropped {
            RequiredFields.fields(
                    "restoreId", restoreId, "source", source, "database", database, "droppedAt", droppedAt);
        }
    }
}
