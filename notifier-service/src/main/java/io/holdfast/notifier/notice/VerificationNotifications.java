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
            // a failed one is the alert drill-failed
            case VerificationEvent.DrillCompleted e -> e.passed() ? Optional.of(passed(e)) : Optional.empty();
            case RequestRejected e -> Optional.of(Notifications.rejected(e));
            case VerificationEvent.Started ignored -> Optional.empty();
            case VerificationEvent.Passed ignored -> Optional.empty();
        };
    }

    private static Notification passed(VerificationEvent.DrillCompleted e) {
        String name = e.source().name();
        return Notification.of(
                        NotifiedEvent.DRILL_COMPLETED,
                        "verification/" + e.verificationId() + "/drill",
                        name,
                        Mood.GOOD,
                        "Drill of " + name + " passed",
                        e.completedAt())
                .says("The backup was restored to a throw-away database, and every check passed.")
                .fact("Source", name)
                .fact("Restore took", NumberFormats.duration(e.restoreMillis()))
                .fact("Backup", e.backupId())
                .fact("Drill", e.verificationId())
                .todo("Read the report and sign it: holdfast drill report " + e.verificationId());
    }
}
