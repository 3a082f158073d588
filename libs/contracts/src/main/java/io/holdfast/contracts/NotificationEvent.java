package io.holdfast.contracts;

import java.time.Instant;

/** What became of a message to people, on {@code holdfast.notification.events.v1}. */
public sealed interface NotificationEvent extends Event {
    /** One per event and channel. */
    String deliveryId();

    /** @param aboutType the CloudEvents type of the event it told of */
    @EventType("NotificationDelivered")
    record Delivered(
            String deliveryId,
            String channel,
            String aboutType,
            String aboutSource,
            String aboutId,
            int attempts,
            Instant deliveredAt)
            implements NotificationEvent {
        public Delivered {
            RequiredFields.fields(
                    "deliveryId",
                    deliveryId,
                    "channel",
                    channel,
                    "aboutType",
                    aboutType,
                    "aboutSource",
                    aboutSource,
                    "aboutId",
                    aboutId,
                    "deliveredAt",
                    deliveredAt);
        }
    }

    /** Given up; nobody was told on this channel. */
    @EventType("NotificationFailed")
    record Failed(
            String deliveryId,
            String channel,
            String aboutType,
            String aboutSource,
            String aboutId,
            int attempts,
            String reason,
            Instant failedAt)
            implements NotificationEvent {
        public Failed {
            RequiredFields.fields(
                    "deliveryId",
                    deliveryId,
                    "channel",
                    channel,
                    "aboutType",
                    aboutType,
                    "aboutSource",
                    aboutSource,
                    "aboutId",
                    aboutId,
                    "reason",
                    reason,
                    "failedAt",
                    failedAt);
        }
    }
}
