package io.holdfast.notifier.notice;

import io.holdfast.config.NotifiedEvent;
import io.holdfast.contracts.AccessEvent;
import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.BackupEvent;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.RequestRejected;
import io.holdfast.contracts.RestoreEvent;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.VerificationEvent;
import io.holdfast.notifier.notice.Notification.Mood;
import java.util.Optional;

/** The notice of every event that people can be told of. Total: a new event does not compile until it is decided here. */
public final class Notifications {
    private Notifications() {}

    public static Optional<Notification> of(BackupEvent event) {
        return BackupNotifications.of(event);
    }

    public static Optional<Notification> of(RestoreEvent event) {
        return RestoreNotifications.of(event);
    }

    public static Optional<Notification> of(VerificationEvent event) {
        return VerificationNotifications.of(event);
    }

    public static Optional<Notification> of(AccessEvent event) {
        return AccessNotifications.of(event);
    }

    public static Optional<Notification> of(AlertEvent event) {
        return Optional.of(
                switch (event) {
                    case AlertEvent.Raised e -> raised(e);
                    case AlertEvent.Resolved e ->
                        Notification.of(
                                        NotifiedEvent.ALERT_RESOLVED,
                                        alert(e.alertId()) + "/resolved/" + e.resolvedAt(),
                                        null,
                                        Mood.GOOD,
                                        "Resolved: " + e.name(),
                                        e.resolvedAt())
                                .says("The alert " + e.name() + " is over.")
                                .fact("Alert", e.alertId());
                });
    }

    /** The start of the names of all things that are told of one alert. */
    public static String alert(String alertId) {
        return "alert/" + alertId;
    }

    private static Notification raised(AlertEvent.Raised e) {
        SourceRef source = e.source();
        String name = source == null ? null : source.name();
        Mood mood = switch (e.severity()) {
            case WARNING -> Mood.WARNING;
            case CRITICAL -> Mood.BAD;
        };
        return Notification.of(
                        NotifiedEvent.ALERT_RAISED,
                        alert(e.alertId()) + "/raised/" + e.raisedAt(),
                        name,
                        mood,
                        "Alert: " + e.name() + (name == null ? "" : " (" + name + ")"),
                        e.raisedAt())
                .says(e.summary())
                .fact("Severity", mood == Mood.BAD ? "critical" : "warning")
                .fact("Alert", e.alertId());
    }

    /** The same request is refused once, however many topics tell of it. */
    static Notification rejected(RequestRejected e) {
        String about = e.source() == null ? "" : " for " + e.source();
        return Notification.of(
                        NotifiedEvent.REQUEST_REJECTED,
                        "request/" + e.requestSource() + "/" + e.requestId() + "/rejected",
                        e.source(),
                        Mood.WARNING,
                        "Request" + about + " refused",
                        e.rejectedAt())
                .says(reason(e.reason()))
                .fact("Request", e.requestType())
                .fact("From", e.requestSource())
                .fact("Id", e.requestId())
                .todo("Correct the request and send it again under a new id.");
    }

    static String reason(FailureReason reason) {
        String object = reason.object();
        return reason.message() + " (" + reason.code() + (object == null ? "" : ", " + object) + ")";
    }
}
