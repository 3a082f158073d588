package io.holdfast.notifier.alert;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a message about a group of alerts is sent to a channel now. A pure function of its arguments. */
final class NotificationPolicy {
    private NotificationPolicy() {}

    /**
     * The three clocks.
     *
     * @param gather from the first new alert of a group to the message that tells it
     * @param interval between two messages of a group
     * @param repeat between two messages that say the same
     */
    record Clocks(Duration gather, Duration interval, Duration repeat) {}

    /**
     * One alert of the group.
     *
     * @param told what the channel was told last
     * @param hold why nothing is said of this alert now; null if nothing holds it
     * @param escalated whether an escalation names this channel
     */
    record Member(AlertState state, Told told, @Nullable NotificationReason hold, boolean escalated) {
        boolean isFresh() {
            return state == AlertState.FIRING && hold == null && told != Told.FIRING;
        }

        private boolean isOver() {
            return state == AlertState.RESOLVED && hold == null && told == Told.FIRING;
        }

        private boolean lasts() {
            return state == AlertState.FIRING && hold == null && told == Told.FIRING;
        }
    }

    /** What a channel was told of an alert. */
    enum Told {
        NOTHING,
        FIRING,
        RESOLVED
    }

    /**
     * Decides.
     *
     * @param firstAt since when it has alerts that the channel was not told of; null: it has none
     * @param lastSent when its last message was made; null before the first
     */
    static NotificationReason decide(
            @Nullable Instant firstAt, @Nullable Instant lastSent, List<Member> members, Clocks clocks, Instant now) {
        boolean fresh = members.stream().anyMatch(Member::isFresh);
        boolean over = members.stream().anyMatch(Member::isOver);
        if (members.stream().anyMatch(member -> member.isFresh() && member.escalated())) {
            return NotificationReason.ESCALATED;
        }
        if (fresh || over) {
            if (lastSent != null && now.isBefore(lastSent.plus(clocks.interval()))) {
                return NotificationReason.GROUP_INTERVAL;
            }
            if (fresh && firstAt != null && now.isBefore(firstAt.plus(clocks.gather()))) {
                return NotificationReason.GROUP_WAIT;
            }
            if (!fresh) {
                return NotificationReason.RESOLVED;
            }
            return lastSent == null ? NotificationReason.FIRST : NotificationReason.NEW_IN_GROUP;
        }
        if (members.stream().anyMatch(Member::lasts)) {
            boolean due = lastSent == null || !now.isBefore(lastSent.plus(clocks.repeat()));
            return due ? NotificationReason.REPEAT_DUE : NotificationReason.REPEAT_INTERVAL;
        }
        return held(members);
    }

    private static NotificationReason held(List<Member> members) {
        return members.stream()
                .filter(member -> member.hold() != null)
                .map(Member::hold)
                .findFirst()
                .orElse(
                        members.stream()
                                        .anyMatch(member ->
                                                member.state() == AlertState.RESOLVED && member.told() == Told.NOTHING)
                                ? NotificationReason.RESOLVED_IN_WAIT
                                : NotificationReason.NOTHING_NEW);
    }
}
