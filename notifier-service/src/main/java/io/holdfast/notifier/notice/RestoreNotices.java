package io.holdfast.notifier.notice;

import static io.holdfast.config.NotifiedEvent.MAINTENANCE_ENDED;
import static io.holdfast.config.NotifiedEvent.MAINTENANCE_STARTED;
import static io.holdfast.config.NotifiedEvent.RESTORE_AWAITING_APPROVAL;
import static io.holdfast.config.NotifiedEvent.RESTORE_CANCELLED;
import static io.holdfast.config.NotifiedEvent.RESTORE_COMPLETED;
import static io.holdfast.config.NotifiedEvent.RESTORE_FAILED;
import static io.holdfast.config.NotifiedEvent.RESTORE_ROLLED_BACK;
import static io.holdfast.config.NotifiedEvent.RESTORE_STARTED;

import io.holdfast.config.NotifiedEvent;
import io.holdfast.contracts.RequestRejected;
import io.holdfast.contracts.RestoreEvent;
import io.holdfast.contracts.RestoreId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.notifier.notice.Notice.Mood;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What people are told of restores. */
final class RestoreNotices {
    private RestoreNotices() {}

    static Optional<Notice> of(RestoreEvent event) {
        return switch (event) {
            case RestoreEvent.AwaitingApproval e -> Optional.of(awaiting(e));
            case RestoreEvent.Started e -> Optional.of(started(e));
            case RestoreEvent.Completed e -> Optional.of(completed(e));
            case RestoreEvent.Failed e -> Optional.of(failed(e));
            case RestoreEvent.Cancelled e ->
                Optional.of(about(RESTORE_CANCELLED, e.restoreId(), e.source(), Mood.INFO, "cancelled", e.cancelledAt())
                        .says("Cancelled by " + e.cancelledBy() + "."));
            case RestoreEvent.RolledBack e -> Optional.of(rolledBack(e));
            case RestoreEvent.MaintenanceStarted e -> Optional.of(maintenance(e));
            case RestoreEvent.MaintenanceEnded e ->
                Optional.of(maintenance(MAINTENANCE_ENDED, e.restoreId(), e.source(), "over", e.endedAt())
                        .says("The application may be used again." + asOf(e))
                        .todo(e.nextSteps()));
            case RequestRejected e -> Optional.of(Notices.rejected(e));
            case RestoreEvent.Approved ignored -> Optional.empty();
            case RestoreEvent.Expired ignored -> Optional.empty();
            case RestoreEvent.Switched ignored -> Optional.empty();
            case RestoreEvent.Planned ignored -> Optional.empty();
            // a watch that turned bad raised an alert
            case RestoreEvent.WatchEnded ignored -> Optional.empty();
            case RestoreEvent.KeptDatabaseDropped e -> Optional.of(keptDropped(e));
        };
    }

    private static Notice awaiting(RestoreEvent.AwaitingApproval e) {
        return about(RESTORE_AWAITING_APPROVAL, e.restoreId(), e.source(), Mood.WARNING, "awaits approval", null)
                .says("Nothing happens before somebody approves it.")
                .fact("Database", e.database())
                .fact("Backup", e.backupId())
                .fact("Expires at", Figures.instant(e.expiresAt()))
                .todo("Approve it, or let it expire: holdfast approve " + e.restoreId());
    }

    private static Notice started(RestoreEvent.Started e) {
        return about(RESTORE_STARTED, e.restoreId(), e.source(), Mood.INFO, "started", e.startedAt())
                .says("It is loaded beside the live database, which stays untouched meanwhile.")
                .fact("Database", e.database())
                .fact("Backup", e.backupId());
    }

    private static Notice completed(RestoreEvent.Completed e) {
        return about(RESTORE_COMPLETED, e.restoreId(), e.source(), Mood.GOOD, "completed", e.completedAt())
                .says("Every restored row was compared with the backup and is equal.")
                .fact("Source", e.source().name())
                .fact("Database", e.database())
                .fact("Data as of", Figures.instant(e.snapshotAt()))
                .fact(
                        "Content",
                        Figures.count(e.rows(), "row", "rows") + " in " + Figures.count(e.tables(), "table", "tables")
                                + ", " + Figures.size(e.bytes()))
                .fact("Took", Figures.duration(e.durationMillis()))
                .fact("Backup", e.backupId())
                .fact("Restore", e.restoreId())
                .todo("Whatever was written after the data's time above is not in it; tell those concerned.");
    }

    private static Notice failed(RestoreEvent.Failed e) {
        return about(RESTORE_FAILED, e.restoreId(), e.source(), Mood.BAD, "failed", e.failedAt())
                .says(Notices.reason(e.reason()) + ". Nothing live was changed, or it was put back as it was.")
                .fact("Source", e.source().name())
                .fact("Failed at", Figures.instant(e.failedAt()))
                .fact("Restore", e.restoreId())
                .todo(Remedies.forRestore(e.reason().code()));
    }

    private static Notice rolledBack(RestoreEvent.RolledBack e) {
        return about(RESTORE_ROLLED_BACK, e.restoreId(), e.source(), Mood.BAD, "rolled back", e.rolledBackAt())
                .says(Notices.reason(e.reason()) + ". The database is as it was before the restore.")
                .fact("Source", e.source().name())
                .fact("Rolled back at", Figures.instant(e.rolledBackAt()))
                .fact("Restore", e.restoreId())
                .todo(Remedies.forRestore(e.reason().code()));
    }

    private static String asOf(RestoreEvent.MaintenanceEnded e) {
        Instant dataAsOf = e.dataAsOf();
        return dataAsOf == null
                ? ""
                : " It finds the data of " + Figures.instant(dataAsOf) + "; what was written after that is not in it.";
    }

    private static Notice keptDropped(RestoreEvent.KeptDatabaseDropped e) {
        String title =
                "The database kept from before the restore of " + e.source().name() + " was removed";
        return Notice.of(
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

    private static Notice maintenance(RestoreEvent.MaintenanceStarted e) {
        return maintenance(MAINTENANCE_STARTED, e.restoreId(), e.source(), "started", e.startedAt())
                .says(e.reason())
                .fact("Began", Figures.instant(e.startedAt()))
                .fact("Expected to end", Figures.instant(e.expectedEndAt()));
    }

    private static Notice maintenance(NotifiedEvent kind, RestoreId id, SourceRef source, String what, Instant at) {
        String title = "Maintenance of " + source.name() + (what.equals("over") ? " is over" : " started");
        return Notice.of(kind, "restore/" + id + "/" + name(kind), source.name(), Mood.INFO, title, at)
                .fact("Restore", id);
    }

    private static Notice about(
            NotifiedEvent kind, RestoreId id, SourceRef source, Mood mood, String what, @Nullable Instant at) {
        String title = "Restore of " + source.name() + " " + what;
        return Notice.of(kind, "restore/" + id + "/" + name(kind), source.name(), mood, title, at);
    }

    private static String name(NotifiedEvent kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
