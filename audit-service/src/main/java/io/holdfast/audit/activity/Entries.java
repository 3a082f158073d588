package io.holdfast.audit.activity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.contracts.Event;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.CloudEvents;
import io.holdfast.eventing.Envelope;
import io.holdfast.eventing.EventJson;
import io.holdfast.eventing.Unreadable;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Turns a record into a line of the log. Total: what cannot be read is a line too, with its size, its SHA-256 and the
 * reason, but never its content, which may hold anything.
 */
final class Entries {
    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    private Entries() {}

    static Entry of(ConsumerRecord<byte[], byte[]> record) {
        Topic topic = Topic.named(record.topic()).orElse(null);
        if (topic == null) {
            return entry(record, null, DeadLetter.action(record), DeadLetter.details(record));
        }
        try {
            return of(record, CloudEvents.read(topic, record));
        } catch (Unreadable e) {
            return unreadable(record, null, e.reason(), String.valueOf(e.getMessage()));
        }
    }

    private static Entry of(ConsumerRecord<byte[], byte[]> record, Envelope envelope) {
        Optional<Class<? extends Event>> type = envelope.topic().classOf(envelope.type());
        if (type.isEmpty()) {
            Action action = Action.of(UnknownType.action(envelope.type()), Status.INFO, "event", envelope.id());
            return entry(record, envelope, action, correlated(envelope, unknown(record, envelope)));
        }
        try {
            Event event = EventJson.mapper().treeToValue(envelope.data(), type.get());
            if (event != null) {
                return entry(record, envelope, Actions.of(event), correlated(envelope, data(envelope, event)));
            }
        } catch (JsonProcessingException e) {
            // its message may quote the data, so it is not kept
        }
        String message = "its data does not fit " + envelope.type();
        return unreadable(record, envelope, Unreadable.Reason.DATA_INVALID, message);
    }

    /** Newer producers' fields are kept; but a request may come from anybody, and only what it may say is. */
    private static ObjectNode data(Envelope envelope, Event event) {
        JsonNode data = envelope.topic().isRequests() ? EventJson.mapper().valueToTree(event) : envelope.data();
        return data.deepCopy();
    }

    private static ObjectNode unknown(ConsumerRecord<byte[], byte[]> record, Envelope envelope) {
        if (envelope.data() instanceof ObjectNode data && !envelope.topic().isRequests()) {
            return data.deepCopy();
        }
        return Fingerprint.of(record.value()).into(JsonNodeFactory.instance.objectNode());
    }

    private static Entry unreadable(
            ConsumerRecord<byte[], byte[]> record,
            @Nullable Envelope envelope,
            Unreadable.Reason reason,
            String message) {
        Action action = Action.of(
                "event_unreadable",
                Status.FAILURE,
                "message",
                record.topic() + "/" + record.partition() + "/" + record.offset());
        ObjectNode details = JsonNodeFactory.instance
                .objectNode()
                .put("reason", reason.name())
                .put("message", message);
        Fingerprint.of(record.value()).into(details);
        return entry(record, envelope, action, envelope == null ? details : correlated(envelope, details));
    }

    private static ObjectNode correlated(Envelope envelope, ObjectNode details) {
        return envelope.correlationId() == null ? details : details.put("correlationId", envelope.correlationId());
    }

    private static Entry entry(
            ConsumerRecord<byte[], byte[]> record, @Nullable Envelope envelope, Action action, ObjectNode details) {
        return new Entry(
                action,
                details.toString(),
                createdAt(record, envelope),
                envelope == null ? null : envelope.type(),
                envelope == null ? null : envelope.source(),
                envelope == null ? null : envelope.id(),
                record.topic(),
                record.partition(),
                record.offset());
    }

    /** A time that no calendar holds is not believed. */
    private static Instant createdAt(ConsumerRecord<byte[], byte[]> record, @Nullable Envelope envelope) {
        Instant time = envelope == null ? null : envelope.time();
        return time != null && time.isAfter(Instant.EPOCH) && time.isBefore(LATEST)
                ? time
                : Instant.ofEpochMilli(Math.max(0, record.timestamp()));
    }
}
