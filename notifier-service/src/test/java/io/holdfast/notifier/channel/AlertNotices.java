package io.holdfast.notifier.channel;

import io.holdfast.config.NotifiedEvent;
import io.holdfast.notifier.notice.Notification;
import io.holdfast.notifier.notice.Notification.Fact;
import io.holdfast.notifier.notice.Notification.Mood;
import java.time.Instant;
import java.util.List;

/** Notices of one alert, from its beginning to its end. */
final class AlertNotices {
    static final String LINK = "https://holdfast.example/api/alerts/1/ack?token=a.b-c&u=1";
    private static final Instant BEGIN = Instant.parse("2026-01-15T14:30:00Z");

    private AlertNotices() {}

    static Notification raised(Instant at) {
        return of("raised", NotifiedEvent.BACKUP_FAILED, Mood.BAD, "Backup failed: portal", at);
    }

    static Notification raised() {
        return raised(BEGIN);
    }

    static Notification acknowledged() {
        return of(
                "acknowledged", NotifiedEvent.BACKUP_FAILED, Mood.INFO, "Acknowledged by dana", BEGIN.plusSeconds(60));
    }

    static Notification resolved(Instant at) {
        return of("resolved", NotifiedEvent.ALERT_RESOLVED, Mood.GOOD, "Resolved: Backup failed: portal", at);
    }

    static Notification resolved() {
        return resolved(BEGIN.plusSeconds(3600));
    }

    private static Notification of(String verb, NotifiedEvent kind, Mood mood, String title, Instant at) {
        boolean raised = verb.equals("raised");
        return new Notification(
                kind,
                "alert/backup-failed/portal/" + verb + "/" + at,
                "portal",
                mood,
                title,
                raised ? "source \"portal\": cannot connect to db:5432 (connection refused)" : "It lasted 1 h 0 min.",
                raised
                        ? List.of(
                                new Fact("Source", "portal"),
                                new Fact("Since", "2026-01-15 14:30:00 UTC"),
                                new Fact("Affected", "backup overdue portal\nproof missed portal"),
                                new Fact("Acknowledge", LINK))
                        : List.of(new Fact("Source", "portal")),
                raised ? "See whether the server is up." : null,
                at);
    }
}
