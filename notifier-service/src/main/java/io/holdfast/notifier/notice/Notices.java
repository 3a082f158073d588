package io.holdfast.notifier.notice;

import io.holdfast.config.NotifiedEvent;
import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.BackupEvent;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.RequestRejected;
import io.holdfast.contracts.RestoreEvent;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.VerificationEvent;
import io.holdfast.notifier.notice.Notice.Mood;
import java.util.Optional;

/** The notice of every event that people can be told of. Total: a new event does not compile until it is decided here. */
public final class Notices {
    private Notices() {}

    public static Optional<Notice> of(BackupEvent event) {
        return BackupNotices.of(event);
    }

    public static Optional<Notice> of(RestoreEvent event) {
        return RestoreNotices.of(event);
    }

    public static Optional<Notice> of(VerificationEvent event) {
        return VerificationNotices.of(event);
    }

    public static Optional<Notice> of(AlertEvent event) {
        return Optional.of(
                switch (event) {
                    case AlertEvent.Raised e -> raised(e);
                    case AlertEvent.Resolved e ->
                        Notice.of(
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

    private static Notice raised(AlertEvent.Raised e) {
        SourceRef source = e.source();
        String name = source == null ? null : source.name();
        Mood mood = switch (e.severity()) {
            case WARNING -> Mood.WARNING;
            case CRITICAL -> Mood.BAD;
        };
        return Notice.of(
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
    static Notice rejected(RequestRejected e) {
        String about = e.source() == null ? "" : " for " + e.source();
        return Notice.of(
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
