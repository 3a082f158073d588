package io.holdfast.notifier.alert;

/** Why a message about alerts is sent, or not; stored with the delivery, or with the channel of the alert. */
enum NotificationReason {
    FIRST(true),
    NEW_IN_GROUP(true),
    RESOLVED(true),
    REPEAT_DUE(true),
    ESCALATED(true),
    /** Held by quiet hours, which are over, and named in no digest. */
    QUIET_HOURS_OVER(true),
    /** Named in a digest after quiet hours. */
    DIGEST(true),

    GROUP_WAIT(false),
    GROUP_INTERVAL(false),
    REPEAT_INTERVAL(false),
    RESOLVED_IN_WAIT(false),
    ACKNOWLEDGED(false),
    SILENCED(false),
    INHIBITED(false),
    QUIET_HOURS(false),
    FLAPPING(false),
    /** It ended because another alert of the source says more. */
    SUPERSEDED(false),
    /** The channel's events do not have alert-resolved. */
    NOT_WANTED(false),
    NOTHING_NEW(false);

    private final boolean sends;

    NotificationReason(boolean sends) {
        this.sends = sends;
    }

    boolean sends() {
        return sends;
    }
}
