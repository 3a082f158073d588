package io.holdfast.notifier.alert;

import java.util.List;

/**
 * One message to one channel.
 *
 * @param thread what keeps messages together in the channel: the cause, or the alert for a channel with incidents
 * @param firing the alerts that fire
 * @param resolved the alerts that ended since the message before
 * @param affected alerts that are muted because one of these is their cause
 */
record PlannedMessage(
        String channel,
        String group,
        String thread,
        NotificationReason reason,
        List<Alert> firing,
        List<Alert> resolved,
        List<Alert> affected) {
    PlannedMessage {
        firing = List.copyOf(firing);
        resolved = List.copyOf(resolved);
        affected = List.copyOf(affected);
    }
}
