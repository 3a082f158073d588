package io.holdfast.notifier.notice;

import io.holdfast.config.NotifiedEvent;
import io.holdfast.contracts.BackupEvent;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupTotals;
import io.holdfast.contracts.ConfigurationEvent;
import io.holdfast.contracts.RequestRejected;
import io.holdfast.contracts.SourceEvent;
import io.holdfast.contracts.SourceRef;
import io.holdfast.notifier.notice.Notification.Mood;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What people are told of backups. */
final class BackupNotifications {
    private BackupNotifications() {}

    static Optional<Notification> of(BackupEvent event) {
        return switch (event) {
            case BackupEvent.Completed e -> Optional.of(completed(e));
            case BackupEvent.Failed ignored -> Optional.empty(); // the alert backup-failed
            case BackupEvent.Cancelled e ->
                Optional.of(about(NotifiedEvent.BACKUP_CANCELLED, e.backupId(), e.source(), Mood.INFO, e.cancelledAt())
                        .says("Cancelled by " + e.cancelledBy() + ". Nothing of it was kept."));
            case BackupEvent.Proven e -> Optional.of(proven(e));
            case BackupEvent.Unproven ignored -> Optional.empty(); // the alert proof-failed
            case BackupEvent.Deleted e ->
                Optional.of(about(NotifiedEvent.BACKUP_DELETED, e.backupId(), e.source(), Mood.INFO, e.deletedAt())
                        .says("Deleted by " + e.deletedBy() + "."));
            case RequestRejected e -> Optional.of(Notifications.rejected(e));
            case BackupEvent.Started ignored -> Optional.empty();
            case BackupEvent.Held ignored -> Optional.empty();
            case BackupEvent.Released ignored -> Optional.empty();
            case BackupEvent.SourceChanged ignored -> Optional.empty();
            case SourceEvent ignored -> Optional.empty(); // alerts report what needs an action
            case ConfigurationEvent ignored -> Optional.empty();
        };
    }

    private static Notification completed(BackupEvent.Completed e) {
        BackupTotals totals = e.totals();
        String name = e.source().name();
        Notification notice = Notification.of(
                        NotifiedEvent.BACKUP_COMPLETED,
                        "backup/" + e.backupId() + "/completed",
                        name,
                        e.partial() ? Mood.WARNING : Mood.GOOD,
                        "Backup of " + name + " completed" + (e.partial() ? ", but in part" : ""),
                        e.completedAt())
                .says(
                        e.partial()
                                ? "Not everything could be carried: " + String.join("; ", e.findings())
                                : "It is stored in the vault and is proven next, by restoring it.")
                .fact("Source", name + (e.environment() == null ? "" : " (" + e.environment() + ")"))
                .fact("Data as of", NumberFormats.instant(e.snapshotAt()))
                .fact(
                        "Size",
                        NumberFormats.size(totals.bytes()) + ", " + NumberFormats.size(totals.storedBytes())
                                + " new in the vault")
                .fact(
                        "Content",
                        NumberFormats.count(totals.rows(), "row", "rows") + " in "
                                + NumberFormats.count(totals.tables(), "table", "tables"))
                .fact("Took", NumberFormats.duration(e.durationMillis()))
                .fact("Kind", kind(e.kind().name(), e.labels()))
                .fact("Backup", e.backupId());
        return e.partial()
                ? notice.todo("See what is missing, and whether it matters: holdfast show " + e.backupId())
                : notice;
    }

    private static Notification proven(BackupEvent.Proven e) {
        String name = e.source().name();
        return Notification.of(
                        NotifiedEvent.BACKUP_PROVEN,
                        "verification/" + e.verificationId() + "/passed",
                        name,
                        Mood.GOOD,
                        "Backup of " + name + " proven",
                        e.provenAt())
                .says("It was restored to a scratch database and every row was equal.")
                .fact("Source", name)
                .fact("Proven at", NumberFormats.instant(e.provenAt()))
                .fact("Backup", e.backupId())
                .fact("Verification", e.verificationId());
    }

    static String badBackup(String source) {
        return "Do not count on this backup. Take another one now: holdfast backup " + source + " --wait proven";
    }

    private static Notification about(NotifiedEvent kind, BackupId id, SourceRef source, Mood mood, Instant at) {
        String what = kind.name().substring("BACKUP_".length()).toLowerCase(Locale.ROOT);
        return Notification.of(
                kind, "backup/" + id + "/" + what, source.name(), mood, "Backup of " + source.name() + " " + what, at);
    }

    private static String kind(String kind, List<String> labels) {
        return kind.toLowerCase(Locale.ROOT) + (labels.isEmpty() ? "" : " (" + String.join(", ", labels) + ")");
    }
}
