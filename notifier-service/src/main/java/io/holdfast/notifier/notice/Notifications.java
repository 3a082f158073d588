package io.holdfast.notifier.notice;

import io.holdfast.config.NotifiedEvent;
import io.holdfast.contracts.AccessEvent;
import io.holdfast.contracts.BackupEvent;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.RequestRejected;
import io.holdfast.contracts.RestoreEvent;
import io.holdfast.contracts.VerificationEvent;
import io.holdfast.notifier.notice.Notification.Mood;
import java.util.Optional;

/**
 * The notice of every event that people can be told of. Trouble is not among them: alerts report it. Total: a new event does
 * not compile until it is decided here.
 */
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
