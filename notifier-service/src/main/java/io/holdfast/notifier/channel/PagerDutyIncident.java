package io.holdfast.notifier.channel;

import io.holdfast.config.NotifiedEvent;
import io.holdfast.notifier.notice.Notification;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a notice means for an incident.
 *
 * @param dedupKey the same for the trouble and its end
 */
record PagerDutyIncident(Action action, String dedupKey) {
    enum Action {
        TRIGGER,
        ACKNOWLEDGE,
        RESOLVE
    }

    /**
     * Alerts have an incident each. A failed or unproven backup has an incident of its source, which the next completed or
     * proven backup resolves. Empty if nobody is to be called, such as for a cancelled backup or a digest.
     */
    static Optional<PagerDutyIncident> of(Notification notice) {
        if (isTest(notice)) {
            return Optional.of(new PagerDutyIncident(Action.TRIGGER, notice.thing()));
        }
        Optional<PagerDutyIncident> alert = AlertThing.of(notice).map(PagerDutyIncident::of);
        NotifiedEvent kind = notice.kind();
        return alert.isPresent() || kind == null ? alert : of(kind, notice);
    }

    /** Whether somebody tests the channel. */
    static boolean isTest(Notification notice) {
        return notice.thing().startsWith("test/");
    }

    private static PagerDutyIncident of(AlertThing alert) {
        Action action = switch (alert.step()) {
            case RAISED -> Action.TRIGGER;
            case ACKNOWLEDGED -> Action.ACKNOWLEDGE;
            case RESOLVED -> Action.RESOLVE;
        };
        return new PagerDutyIncident(action, alert.key());
    }

    private static Optional<PagerDutyIncident> of(NotifiedEvent kind, Notification notice) {
        String source = notice.source();
        String own = MessageThread.keyOf(notice).orElse(notice.thing());
        return switch (kind) {
            case BACKUP_FAILED -> incident(Action.TRIGGER, "backup", source);
            case BACKUP_COMPLETED -> incident(Action.RESOLVE, "backup", source);
            case BACKUP_UNPROVEN, VERIFICATION_FAILED, VERIFICATION_INCONCLUSIVE ->
                incident(Action.TRIGGER, "proof", source);
            case BACKUP_PROVEN -> incident(Action.RESOLVE, "proof", source);
            case RESTORE_AWAITING_APPROVAL, RESTORE_FAILED, RESTORE_ROLLED_BACK, ALERT_RAISED ->
                Optional.of(new PagerDutyIncident(Action.TRIGGER, own));
            case RESTORE_STARTED, RESTORE_COMPLETED, RESTORE_CANCELLED, ALERT_RESOLVED ->
                Optional.of(new PagerDutyIncident(Action.RESOLVE, own));
            case BACKUP_CANCELLED,
                    BACKUP_DELETED,
                    BACKUP_DELETED_MANUALLY,
                    DATA_EXPORTED,
                    DRILL_COMPLETED,
                    MAINTENANCE_STARTED,
                    MAINTENANCE_ENDED,
                    REQUEST_REJECTED -> Optional.empty();
        };
    }

    private static Optional<PagerDutyIncident> incident(Action action, String subject, @Nullable String source) {
        return Optional.of(new PagerDutyIncident(action, subject + "/" + source));
    }
}
