package io.holdfast.notifier.delivery;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.holdfast.contracts.NotificationEvent;
import io.holdfast.eventing.cloudevents.EventJson;
import io.holdfast.notifier.channel.ChannelMessage;
import io.holdfast.notifier.notice.Notification;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One message to one channel about one event. Its fields are its JSON; no secret is among them. */
@Entity
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonAutoDetect(
        fieldVisibility = JsonAutoDetect.Visibility.NON_PRIVATE,
        getterVisibility = JsonAutoDetect.Visibility.NONE,
        isGetterVisibility = JsonAutoDetect.Visibility.NONE)
class Delivery {
    @Id
    UUID id;

    /** The order in which they were made. */
    @Column(insertable = false, updatable = false)
    @JsonIgnore
    long position;

    String channel;

    @Column(name = "about_type")
    String aboutType;

    @Column(name = "about_source")
    String aboutSource;

    @Column(name = "about_id")
    String aboutId;

    /** The source it is about; it orders what is told of the delivery. */
    @Nullable
    String source;

    String title;

    @JsonIgnore
    String notice;

    @Enumerated(EnumType.STRING)
    DeliveryState state;

    int attempts;

    @Nullable
    @Column(name = "last_error")
    String lastError;

    @Column(name = "created_at")
    Instant createdAt;

    @Nullable
    @Column(name = "delivered_at")
    Instant deliveredAt;

    @Nullable
    @Column(name = "failed_at")
    Instant failedAt;

    /** Why an alert's message was sent; absent for the message of an event. */
    @Nullable
    String reason;

    @Version
    @JsonIgnore
    int version;

    Delivery() {}

    boolean isPending() {
        return state == DeliveryState.PENDING;
    }

    ChannelMessage message() {
        try {
            Notification kept = EventJson.mapper().readValue(notice, Notification.class);
            return new ChannelMessage(id.toString(), kept, aboutType, aboutSource, aboutId);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the notice of delivery " + id + " cannot be read", e);
        }
    }

    /** Counted before it is sent, so that a message that kills its process is not sent for ever. */
    void attempt() {
        requirePending();
        attempts++;
    }

    NotificationEvent.Delivered delivered(@Nullable String remark, Instant now) {
        requirePending();
        state = DeliveryState.DELIVERED;
        deliveredAt = now;
        lastError = remark;
        return new NotificationEvent.Delivered(id.toString(), channel, aboutType, aboutSource, aboutId, attempts, now);
    }

    /** Still pending. */
    void postponed(String error) {
        requirePending();
        lastError = error;
    }

    /** Nothing was sent. No event tells of it. */
    void skipped(String reason) {
        requirePending();
        state = DeliveryState.SKIPPED;
        lastError = reason;
    }

    NotificationEvent.Failed failed(String reason, Instant now) {
        requirePending();
        state = DeliveryState.FAILED;
        failedAt = now;
        lastError = reason;
        return new NotificationEvent.Failed(
                id.toString(), channel, aboutType, aboutSource, aboutId, attempts, reason, now);
    }

    private void requirePending() {
        if (!isPending()) {
            throw new IllegalStateException("delivery " + id + " is " + state + " already");
        }
    }
}
