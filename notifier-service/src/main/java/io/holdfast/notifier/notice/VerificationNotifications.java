package io.holdfast.notifier.notice;

import io.holdfast.config.NotifiedEvent;
import io.holdfast.contracts.RequestRejected;
import io.holdfast.contracts.VerificationEvent;
import io.holdfast.notifier.notice.Notification.Mood;
import java.util.Optional;

/** What people are told of verifications and drills. That one passed is told as the backup's proof. */
final class VerificationNotifications {
    private VerificationNotifications() {}

    static Optional<Notification> of(VerificationEvent event) {
        return switch (event) {
            case VerificationEvent.Failed ignored -> Optional.empty(); // the alert proof-failed
            case VerificationEvent.Inconclusive ignored -> Optional.empty(); // the alert proof-inconclusive
            case VerificationEvent.DrillCompleted e -> Optional.of(drill(e));
            case RequestRejected e -> Optional.of(Notifications.rejected(e));
            case VerificationEvent.Started ignored -> Optional.empty();
            case VerificationEvent.Passed ignored -> Optional.empty();
        };
    }

    private static String failure(VerificationEvent.DrillCompleted e) {
        Integer failed = e.checksFailed();
        return failed == null || failed == 0
                ? "The backup could not be brought back as it should be."
                : failed + " checks of the restored copy failed; the report of the drill names them.";
    }

    private static Notification drill(VerificationEvent.DrillCompleted e) {
        String name = e.source().name();
        return Notification.of(
                        NotifiedEvent.DRILL_COMPLETED,
                        "verification/" + e.verificationId() + "/drill",
                        name,
                        e.passed() ? Mood.GOOD : Mood.BAD,
                        "Drill of " + name + (e.passed() ? " passed" : " failed"),
                        e.completedAt())
                .says(
                        e.passed()
                                ? "The backup was restored to a throw-away database, and every check passed."
                                : failure(e))
                .fact("Source", name)
                .fact("Restore took", NumberFormats.duration(e.restoreMillis()))
                .fact("Backup", e.backupId())
                .fact("Drill", e.verificationId())
                .todo(e.passed() ? null : BackupNotifications.badBackup(name));
    }
}
