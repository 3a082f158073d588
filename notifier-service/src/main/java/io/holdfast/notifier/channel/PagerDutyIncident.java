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
     * proven backup resolves. Empty if nobody is to be called, such as for a cancelled backup.
     */
    static Optional<PagerDutyIncident> of(Notification notice) {
        NotifiedEvent kind = notice.kind();
        if (kind == null) {
            return Optional.of(new PagerDutyIncident(Action.TRIGGER, notice.thing())); // the test of a channel
        }
        String source = notice.source();
        String own = MessageThread.keyOf(notice).orElse(notice.thing());
        return switch (kind) {
            case BACKUP_FAILED -> incident(Action.TRIGGER, "backup", source);
            case BACKUP_COMPLETED -> incident(Action.RESOLVE, "backup", source);
            case BACKUP_UNPROVEN, VERIFICATION_FAILED, VERIFICATION_INCONCLUSIVE ->
                incident(Action.TRIGGER, "proof", source);
            case BACKUP_PROVEN -> incident(Action.RESOLVE, "proof", source);
            case DRILL_COMPLETED ->
                incident(notice.mood() == Notification.Mood.GOOD ? Action.RESOLVE : Action.TRIGGER, "drill", source);
            case RESTORE_AWAITING_APPROVAL, RESTORE_FAILED, RESTORE_ROLLED_BACK, ALERT_RAISED ->
                Optional.of(new PagerDutyIncident(Action.TRIGGER, own));
            case RESTORE_STARTED, RESTORE_COMPLETED, RESTORE_CANCELLED, ALERT_RESOLVED ->
                Optional.of(new PagerDutyIncident(Action.RESOLVE, own));
            case ALERT_ACKNOWLEDGED -> Optional.of(new PagerDutyIncident(Action.ACKNOWLEDGE, own));
            case BACKUP_CANCELLED,
                    BACKUP_DELETED,
                    BACKUP_DELETED_MANUALLY,
                    DATA_EXPORTED,
                    MAINTENANCE_STARTED,
                    MAINTENANCE_ENDED,
                    REQUEST_REJECTED -> Optional.empty();
        };
    }

    private static Optional<PagerDutyIncident> incident(Action action, String subject, @Nullable String source) {
        return Optional.of(new PagerDutyIncident(action, subject + "/" + source));
    }
}
