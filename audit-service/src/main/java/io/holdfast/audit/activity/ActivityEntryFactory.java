package io.holdfast.audit.activity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.contracts.Event;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.cloudevents.CloudEventEnvelope;
import io.holdfast.eventing.cloudevents.CloudEventReader;
import io.holdfast.eventing.cloudevents.EventJson;
import io.holdfast.eventing.cloudevents.UnreadableMessageException;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Turns a record into a line of the log. Total: what cannot be read is a line too, with its size, its SHA-256 and the
 * reason, but never its content, which may hold anything.
 */
final class ActivityEntryFactory {
    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    private ActivityEntryFactory() {}

    static ActivityEntry of(ConsumerRecord<byte[], byte[]> record) {
        Topic topic = Topic.named(record.topic()).orElse(null);
        if (topic == null) {
            return entry(record, null, DeadLetterDetails.action(record), DeadLetterDetails.details(record));
        }
        try {
            return of(record, CloudEventReader.read(topic, record));
        } catch (UnreadableMessageException e) {
            return unreadable(record, null, e.reason(), String.valueOf(e.getMessage()));
        }
    }

    private static ActivityEntry of(ConsumerRecord<byte[], byte[]> record, CloudEventEnvelope cloudEventEnvelope) {
        Optional<Class<? extends Event>> type = cloudEventEnvelope.topic().classOf(cloudEventEnvelope.type());
        if (type.isEmpty()) {
            AuditAction action = AuditAction.of(
                    UnknownEventType.action(cloudEventEnvelope.type()),
                    ActivityStatus.INFO,
                    "event",
                    cloudEventEnvelope.id());
            return entry(
                    record,
                    cloudEventEnvelope,
                    action,
                    correlated(cloudEventEnvelope, unknown(record, cloudEventEnvelope)));
        }
        try {
            Event event = EventJson.mapper().treeToValue(cloudEventEnvelope.data(), type.get());
            if (event != null) {
                return entry(
                        record,
                        cloudEventEnvelope,
                        AuditActionMapper.of(event),
                        correlated(cloudEventEnvelope, data(cloudEventEnvelope, event)));
            }
        } catch (JsonProcessingException e) {
            // its message may quote the data, so it is not kept
        }
        String message = "its data does not fit " + cloudEventEnvelope.type();
        return unreadable(record, cloudEventEnvelope, UnreadableMessageException.Reason.DATA_INVALID, message);
    }

    /** Newer producers' fields are kept; but a request may come from anybody, and only what it may say is. */
    private static ObjectNode data(CloudEventEnvelope cloudEventEnvelope, Event event) {
        JsonNode data = cloudEventEnvelope.topic().isRequests()
                ? EventJson.mapper().valueToTree(event)
                : cloudEventEnvelope.data();
        return data.deepCopy();
    }

    private static ObjectNode unknown(ConsumerRecord<byte[], byte[]> record, CloudEventEnvelope cloudEventEnvelope) {
        if (cloudEventEnvelope.data() instanceof ObjectNode data
                && !cloudEventEnvelope.topic().isRequests()) {
            return data.deepCopy();
        }
        return PayloadDigest.of(record.value()).into(JsonNodeFactory.instance.objectNode());
    }

    private static ActivityEntry unreadable(
            ConsumerRecord<byte[], byte[]> record,
            @Nullable CloudEventEnvelope cloudEventEnvelope,
            UnreadableMessageException.Reason reason,
            String message) {
        AuditAction action = AuditAction.of(
                "event_unreadable",
                ActivityStatus.FAILURE,
                "message",
                record.topic() + "/" + record.partition() + "/" + record.offset());
        ObjectNode details = JsonNodeFactory.instance
                .objectNode()
                .put("reason", reason.name())
                .put("message", message);
        PayloadDigest.of(record.value()).into(details);
        return entry(
                record,
                cloudEventEnvelope,
                action,
                cloudEventEnvelope == null ? details : correlated(cloudEventEnvelope, details));
    }

    private static ObjectNode correlated(CloudEventEnvelope cloudEventEnvelope, ObjectNode details) {
        return cloudEventEnvelope.correlationId() == null
                ? details
                : details.put("correlationId", cloudEventEnvelope.correlationId());
    }

    private static ActivityEntry entry(
            ConsumerRecord<byte[], byte[]> record,
            @Nullable CloudEventEnvelope cloudEventEnvelope,
            AuditAction action,
            ObjectNode details) {
        return new ActivityEntry(
                action,
                details.toString(),
                createdAt(record, cloudEventEnvelope),
                cloudEventEnvelope == null ? null : cloudEventEnvelope.type(),
                cloudEventEnvelope == null ? null : cloudEventEnvelope.source(),
                cloudEventEnvelope == null ? null : cloudEventEnvelope.id(),
                record.topic(),
                record.partition(),
                record.offset());
    }

    /** A time that no calendar holds is not believed. */
    private static Instant createdAt(
            ConsumerRecord<byte[], byte[]> record, @Nullable CloudEventEnvelope cloudEventEnvelope) {
        Instant time = cloudEventEnvelope == null ? null : cloudEventEnvelope.time();
        return time != null && time.isAfter(Instant.EPOCH) && time.isBefore(LATEST)
                ? time
                : Instant.ofEpochMilli(Math.max(0, record.timestamp()));
    }
}
