package io.holdfast.notifier.notice;

import static io.holdfast.config.NotifiedEvent.MAINTENANCE_ENDED;
import static io.holdfast.config.NotifiedEvent.MAINTENANCE_STARTED;
import static io.holdfast.config.NotifiedEvent.REQUEST_REJECTED;
import static io.holdfast.config.NotifiedEvent.RESTORE_AWAITING_APPROVAL;
import static io.holdfast.config.NotifiedEvent.RESTORE_CANCELLED;
import static io.holdfast.config.NotifiedEvent.RESTORE_COMPLETED;
import static io.holdfast.config.NotifiedEvent.RESTORE_ROLLED_BACK;
import static io.holdfast.config.NotifiedEvent.RESTORE_STARTED;

import io.holdfast.config.NotifiedEvent;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.RequestRejected;
import io.holdfast.contracts.RestoreEvent;
import io.holdfast.contracts.RestoreId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.notifier.notice.Notification.Mood;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What people are told of restores. */
final class RestoreNotifications {
    private RestoreNotifications() {}

    static Optional<Notification> of(RestoreEvent event) {
        return switch (event) {
            case RestoreEvent.AwaitingApproval e -> Optional.of(awaiting(e));
            case RestoreEvent.Started e -> Optional.of(started(e));
            case RestoreEvent.Completed e -> Optional.of(completed(e));
            case RestoreEvent.Failed e ->
                Boolean.TRUE.equals(e.refused())
                        ? Optional.of(refused(e))
                        : Optional.empty(); // the alert restore-failed
            case RestoreEvent.Cancelled e ->
                Optional.of(about(RESTORE_CANCELLED, e.restoreId(), e.source(), Mood.INFO, "cancelled", e.cancelledAt())
                        .says("Cancelled by " + e.cancelledBy() + "."));
            case RestoreEvent.RolledBack e ->
                e.reason().code() == FailureCode.CANCELLED
                        ? Optional.of(rolledBack(e))
                        : Optional.empty(); // the alert restore-failed
            case RestoreEvent.MaintenanceStarted e -> Optional.of(maintenance(e));
            case RestoreEvent.MaintenanceEnded e ->
                Optional.of(maintenance(MAINTENANCE_ENDED, e.restoreId(), e.source(), "over", e.endedAt())
                        .says("The application may be used again." + asOf(e))
                        .todo(e.nextSteps()));
            case RequestRejected e -> Optional.of(Notifications.rejected(e));
            case RestoreEvent.Approved ignored -> Optional.empty();
            case RestoreEvent.Expired ignored -> Optional.empty();
            case RestoreEvent.Switched ignored -> Optional.empty();
            case RestoreEvent.Planned ignored -> Optional.empty();
            // a watch that turned bad raised an alert
            case RestoreEvent.WatchEnded ignored -> Optional.empty();
            case RestoreEvent.KeptDatabaseDropped e -> Optional.of(keptDropped(e));
        };
    }

    private static Notification awaiting(RestoreEvent.AwaitingApproval e) {
        return about(RESTORE_AWAITING_APPROVAL, e.restoreId(), e.source(), Mood.WARNING, "awaits approval", null)
                .says("Nothing happens before it is approved.")
                .fact("Database", e.database())
                .fact("Backup", shown(e.backupId()))
                .fact("Expires at", NumberFormats.instant(e.expiresAt()))
                .todo("Approve it, or let it expire: holdfast approve " + e.restoreId());
    }

    private static Notification started(RestoreEvent.Started e) {
        Notification started = about(RESTORE_STARTED, e.restoreId(), e.source(), Mood.INFO, "started", e.startedAt())
                .says(
                        e.backupId() == null
                                ? "The live database goes back to an earlier state, after a safety backup."
                                : "It is loaded into a new database; the live database stays untouched meanwhile.")
                .fact("Database", e.database())
                .fact("Backup", shown(e.backupId()));
        return e.pointInTime() == null
                ? started
                : started.fact("Point in time", NumberFormats.instant(e.pointInTime()));
    }

    private static Notification completed(RestoreEvent.Completed e) {
        return about(RESTORE_COMPLETED, e.restoreId(), e.source(), Mood.GOOD, "completed", e.completedAt())
                .says(
                        e.backupId() == null
                                ? "The database is in its state of the time below."
                                : "Every restored row was compared with the backup and is equal.")
                .fact("Source", e.source().name())
                .fact("Database", e.database())
                .fact("Data as of", NumberFormats.instant(e.snapshotAt()))
                .fact("Content", content(e))
                .fact("Took", NumberFormats.duration(e.durationMillis()))
                .fact("Backup", shown(e.backupId()))
                .fact("Restore", e.restoreId())
                .todo("Whatever was written after the data's time above is not in it; tell those concerned.");
    }

    /** Of a server that its provider took back, nothing is counted. */
    private static String content(RestoreEvent.Completed e) {
        return e.backupId() == null && e.tables() == 0
                ? "not counted"
                : NumberFormats.count(e.rows(), "row", "rows") + " in "
                        + NumberFormats.count(e.tables(), "table", "tables") + ", " + NumberFormats.size(e.bytes());
    }

    private static Object shown(@Nullable BackupId backup) {
        return backup == null ? "none: the provider's history" : backup;
    }

    /** The requester gets the reason. Only channels that ask for refused requests hear of it. */
    private static Notification refused(RestoreEvent.Failed e) {
        return about(REQUEST_REJECTED, e.restoreId(), e.source(), Mood.WARNING, "refused", e.failedAt())
                .says(Notifications.reason(e.reason()) + ". Nothing live was touched.")
                .fact("Restore", e.restoreId())
                .todo("Correct the request and send it again.");
    }

    /** Somebody wanted it; a rollback because of a failure is an alert. */
    private static Notification rolledBack(RestoreEvent.RolledBack e) {
        return about(RESTORE_ROLLED_BACK, e.restoreId(), e.source(), Mood.INFO, "rolled back", e.rolledBackAt())
                .says(e.reason().message() + ". The live database was put back as it was.")
                .fact("Restore", e.restoreId());
    }

    private static String asOf(RestoreEvent.MaintenanceEnded e) {
        Instant dataAsOf = e.dataAsOf();
        return dataAsOf == null
                ? ""
                : " It finds the data of " + NumberFormats.instant(dataAsOf)
                        + "; what was written after that is not in it.";
    }

    private static Notification keptDropped(RestoreEvent.KeptDatabaseDropped e) {
        String title =
                "The database kept from before the restore of " + e.source().name() + " was removed";
        return Notification.of(
                        RESTORE_COMPLETED,
                        "restore/" + e.restoreId() + "/kept-database-dropped",
                        e.source().name(),
                        Mood.INFO,
                        title,
                        e.droppedAt())
                .says("Its time was over. A rollback goes by the safety backup from now on.")
                .fact("Database", e.database())
                .fact("Restore", e.restoreId());
    }

    private static Notification maintenance(RestoreEvent.MaintenanceStarted e) {
        return maintenance(MAINTENANCE_STARTED, e.restoreId(), e.source(), "started", e.startedAt())
                .says(e.reason())
                .fact("Began", NumberFormats.instant(e.startedAt()))
                .fact("Expected to end", NumberFormats.instant(e.expectedEndAt()));
    }

    private static Notification maintenance(
            NotifiedEvent kind, RestoreId id, SourceRef source, String what, Instant at) {
        String title = "Maintenance of " + source.name() + (what.equals("over") ? " is over" : " started");
        return Notification.of(kind, "restore/" + id + "/" + name(kind), source.name(), Mood.INFO, title, at)
                .fact("Restore", id);
    }

    private static Notification about(
            NotifiedEvent kind, RestoreId id, SourceRef source, Mood mood, String what, @Nullable Instant at) {
        String title = "Restore of " + source.name() + " " + what;
        return Notification.of(kind, "restore/" + id + "/" + name(kind), source.name(), mood, title, at);
    }

    private static String name(NotifiedEvent kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
