package io.holdfast.audit.activity;

import static io.holdfast.audit.activity.ActivityStatus.FAILURE;
import static io.holdfast.audit.activity.ActivityStatus.INFO;
import static io.holdfast.audit.activity.ActivityStatus.REJECTED;
import static io.holdfast.audit.activity.ActivityStatus.SUCCESS;

import io.holdfast.contracts.AccessEvent;
import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.BackupEvent;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.BackupRequest;
import io.holdfast.contracts.ConfigurationEvent;
import io.holdfast.contracts.Event;
import io.holdfast.contracts.JobProgressed;
import io.holdfast.contracts.NotificationEvent;
import io.holdfast.contracts.RequestRejected;
import io.holdfast.contracts.RestoreEvent;
import io.holdfast.contracts.RestoreId;
import io.holdfast.contracts.RestoreRequest;
import io.holdfast.contracts.SourceEvent;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.TokenEvent;
import io.holdfast.contracts.VerificationEvent;
import io.holdfast.contracts.VerificationId;
import io.holdfast.contracts.VerificationRequest;
import java.util.Locale;

/** The action of every event. Total: a new event does not compile until it has a name here. */
final class AuditActionMapper {
    private AuditActionMapper() {}

    static AuditAction of(Event event) {
        return switch (event) {
            case RequestRejected r -> rejected(r);
            case BackupRequest r -> of(r);
            case BackupEvent e -> of(e);
            case RestoreRequest r -> of(r);
            case RestoreEvent e -> of(e);
            case VerificationRequest r -> of(r);
            case VerificationEvent e -> of(e);
            case AlertEvent e -> of(e);
            case NotificationEvent e -> of(e);
            case AccessEvent e -> of(e);
            case TokenEvent e -> of(e);
            case JobProgressed p ->
                AuditAction.of("job_progressed", INFO, p.kind().name().toLowerCase(Locale.ROOT), p.subject())
                        .source(p.source().name());
        };
    }

    private static AuditAction of(BackupRequest request) {
        return switch (request) {
            case BackupRequest.Requested r ->
                AuditAction.of("backup_requested", INFO, "backup", null).source(r.source());
            case BackupRequest.CancellationRequested r ->
                AuditAction.of("backup_cancellation_requested", INFO, "backup", r.backupId());
        };
    }

    private static AuditAction of(BackupEvent event) {
        return switch (event) {
            case BackupEvent.Started e -> backup("backup_started", INFO, e.backupId(), e.source());
            case BackupEvent.Completed e ->
                backup(completed(e.kind()), SUCCESS, e.backupId(), e.source()).took(e.durationMillis());
            case BackupEvent.Failed e -> backup(failed(e.kind()), FAILURE, e.backupId(), e.source());
            case BackupEvent.Cancelled e ->
                backup("backup_cancelled", INFO, e.backupId(), e.source()).by(e.cancelledBy());
            case BackupEvent.Proven e -> backup("backup_proven", SUCCESS, e.backupId(), e.source());
            case BackupEvent.Unproven e -> backup("backup_unproven", FAILURE, e.backupId(), e.source());
            case BackupEvent.Held e ->
                backup("backup_held", SUCCESS, e.backupId(), e.source()).by(e.heldBy());
            case BackupEvent.Released e ->
                backup("backup_released", SUCCESS, e.backupId(), e.source()).by(e.releasedBy());
            case BackupEvent.Deleted e ->
                backup("backup_deleted", SUCCESS, e.backupId(), e.source()).by(e.deletedBy());
            case BackupEvent.SourceChanged e ->
                AuditAction.of("source_changed", INFO, "source", e.source().id())
                        .source(e.source().name());
            case SourceEvent e -> of(e);
            case ConfigurationEvent e -> of(e);
            case RequestRejected r -> rejected(r);
        };
    }

    private static AuditAction of(SourceEvent event) {
        return switch (event) {
            case SourceEvent.Skipped e -> source("backup_skipped", INFO, e);
            case SourceEvent.SlotMissed e -> source("slot_missed", FAILURE, e);
            case SourceEvent.Paused e -> source("source_paused", SUCCESS, e).by(e.pausedBy());
            case SourceEvent.Resumed e -> source("source_resumed", SUCCESS, e).by(e.resumedBy());
            case SourceEvent.Retired e -> source("source_retired", INFO, e);
            case SourceEvent.RetentionCompleted e ->
                source("retention_completed", e.failed() == 0 ? SUCCESS : FAILURE, e)
                        .by(e.requestedBy());
        };
    }

    private static AuditAction of(ConfigurationEvent event) {
        return switch (event) {
            case ConfigurationEvent.Reloaded e ->
                AuditAction.of("configuration_reloaded", SUCCESS, "configuration", e.digest());
            case ConfigurationEvent.Refused e ->
                AuditAction.of("configuration_refused", REJECTED, "configuration", e.digest());
        };
    }

    private static AuditAction of(RestoreRequest request) {
        return switch (request) {
            case RestoreRequest.Requested r ->
                AuditAction.of("restore_requested", INFO, "restore", null).source(r.source());
            case RestoreRequest.RollbackRequested r ->
                AuditAction.of("rollback_requested", INFO, "restore", r.restoreId());
            case RestoreRequest.CancellationRequested r ->
                AuditAction.of("restore_cancellation_requested", INFO, "restore", r.restoreId());
        };
    }

    private static AuditAction of(RestoreEvent event) {
        return switch (event) {
            case RestoreEvent.AwaitingApproval e ->
                restore("restore_awaiting_approval", INFO, e.restoreId(), e.source());
            case RestoreEvent.Approved e ->
                restore("restore_approved", SUCCESS, e.restoreId(), e.source()).by(e.approvedBy());
            case RestoreEvent.Expired e -> restore("restore_expired", FAILURE, e.restoreId(), e.source());
            case RestoreEvent.Started e -> restore("restore_started", INFO, e.restoreId(), e.source());
            case RestoreEvent.Switched e -> restore("restore_switched", SUCCESS, e.restoreId(), e.source());
            case RestoreEvent.Completed e ->
                restore("database_restored", SUCCESS, e.restoreId(), e.source()).took(e.durationMillis());
            case RestoreEvent.Failed e -> restore("restore_failed", FAILURE, e.restoreId(), e.source());
            case RestoreEvent.Cancelled e ->
                restore("restore_cancelled", INFO, e.restoreId(), e.source()).by(e.cancelledBy());
            case RestoreEvent.RolledBack e -> restore("restore_rolled_back", FAILURE, e.restoreId(), e.source());
            case RestoreEvent.MaintenanceStarted e -> restore("maintenance_started", INFO, e.restoreId(), e.source());
            case RestoreEvent.MaintenanceEnded e -> restore("maintenance_ended", INFO, e.restoreId(), e.source());
            case RestoreEvent.Planned e -> restore("restore_planned", INFO, e.restoreId(), e.source());
            case RestoreEvent.WatchEnded e ->
                restore("restore_watch_ended", e.healthy() ? SUCCESS : FAILURE, e.restoreId(), e.source());
            case RestoreEvent.KeptDatabaseDropped e ->
                restore("kept_database_dropped", INFO, e.restoreId(), e.source());
            case RequestRejected r -> rejected(r);
        };
    }

    private static AuditAction of(VerificationRequest request) {
        return switch (request) {
            case VerificationRequest.Requested r ->
                AuditAction.of("verification_requested", INFO, "backup", r.backupId());
            case VerificationRequest.DrillRequested r ->
                AuditAction.of("drill_requested", INFO, "drill", null).source(r.source());
        };
    }

    private static AuditAction of(VerificationEvent event) {
        return switch (event) {
            case VerificationEvent.Started e ->
                verification("verification_started", INFO, e.verificationId(), e.source());
            case VerificationEvent.Passed e ->
                verification("verification_passed", SUCCESS, e.verificationId(), e.source())
                        .took(e.durationMillis());
            case VerificationEvent.Failed e ->
                verification("verification_failed", FAILURE, e.verificationId(), e.source());
            case VerificationEvent.Inconclusive e ->
                verification("verification_inconclusive", FAILURE, e.verificationId(), e.source());
            case VerificationEvent.DrillCompleted e ->
                AuditAction.of("drill_completed", e.passed() ? SUCCESS : FAILURE, "drill", e.verificationId())
                        .source(e.source().name())
                        .took(e.restoreMillis());
            case RequestRejected r -> rejected(r);
        };
    }

    private static AuditAction of(AlertEvent event) {
        return switch (event) {
            case AlertEvent.Raised e -> {
                SourceRef source = e.source();
                yield AuditAction.of("alert_raised", FAILURE, "alert", e.alertId())
                        .source(source == null ? null : source.name());
            }
            case AlertEvent.Resolved e -> AuditAction.of("alert_resolved", SUCCESS, "alert", e.alertId());
        };
    }

    private static AuditAction of(NotificationEvent event) {
        return switch (event) {
            case NotificationEvent.Delivered e ->
                AuditAction.of("notification_delivered", SUCCESS, "delivery", e.deliveryId());
            case NotificationEvent.Failed e ->
                AuditAction.of("notification_failed", FAILURE, "delivery", e.deliveryId());
        };
    }

    private static AuditAction of(AccessEvent event) {
        return switch (event) {
            case AccessEvent.Performed e ->
                AuditAction.of("operation_performed", outcome(e.outcome()), "operation", e.operation())
                        .source(e.source())
                        .by(e.principal());
            case AccessEvent.Refused e ->
                AuditAction.of("operation_refused", REJECTED, "operation", e.operation())
                        .by(e.principal());
            case AccessEvent.TokenUsed e -> AuditAction.of("token_used", INFO, "token", e.tokenId());
        };
    }

    private static ActivityStatus outcome(AccessEvent.Outcome outcome) {
        return switch (outcome) {
            case STARTED -> INFO;
            case SUCCEEDED -> SUCCESS;
            case FAILED -> FAILURE;
        };
    }

    private static AuditAction of(TokenEvent event) {
        return switch (event) {
            case TokenEvent.Created e ->
                AuditAction.of("token_created", SUCCESS, "token", e.tokenId()).by(e.createdBy());
            case TokenEvent.Revoked e ->
                AuditAction.of("token_revoked", SUCCESS, "token", e.tokenId()).by(e.revokedBy());
        };
    }

    private static AuditAction rejected(RequestRejected r) {
        return AuditAction.of("request_rejected", REJECTED, "request", r.requestId())
                .source(r.source());
    }

    private static String completed(BackupKind kind) {
        return switch (kind) {
            case SCHEDULED -> "scheduled_backup_completed";
            case MANUAL, SAFETY -> "database_backup_created";
        };
    }

    private static String failed(BackupKind kind) {
        return switch (kind) {
            case SCHEDULED -> "scheduled_backup_failed";
            case MANUAL, SAFETY -> "backup_failed";
        };
    }

    private static AuditAction backup(String name, ActivityStatus status, BackupId id, SourceRef source) {
        return AuditAction.of(name, status, "backup", id).source(source.name());
    }

    private static AuditAction source(String name, ActivityStatus status, SourceEvent event) {
        return AuditAction.of(name, status, "source", event.source().id())
                .source(event.source().name());
    }

    private static AuditAction restore(String name, ActivityStatus status, RestoreId id, SourceRef source) {
        return AuditAction.of(name, status, "restore", id).source(source.name());
    }

    private static AuditAction verification(String name, ActivityStatus status, VerificationId id, SourceRef source) {
        return AuditAction.of(name, status, "verification", id).source(source.name());
    }
}
