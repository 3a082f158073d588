package io.holdfast.eventing.cloudevents;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.access.Principal;
import io.holdfast.contracts.Event;
import io.holdfast.contracts.Topic;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A CloudEvent as it was read from a record, its data parsed but not yet understood.
 *
 * @param type the CloudEvents type, known or not
 * @param data null in JSON's sense if there is none
 * @param signature null if the record has none
 */
public record CloudEventEnvelope(
        Topic topic,
        String type,
        String source,
        String id,
        JsonNode data,
        @Nullable String subject,
        @Nullable String correlationId,
        @Nullable Instant time,
        @Nullable Instant expiry,
        @Nullable Long sequence,
        @Nullable SignatureClaim signature,
        int partition,
        long offset) {

    public <E extends Event> ReceivedMessage<E> with(E event) {
        return with(event, Principal.anonymous(Set.of()));
    }

    /** @param principal who signed it */
    public <E extends Event> ReceivedMessage<E> with(E event, Principal principal) {
        return new ReceivedMessage<>(
                topic, source, id, event, subject, correlationId, time, expiry, sequence, principal, partition, offset);
    }

    public String correlation() {
        return correlationId == null ? id : correlationId;
    }

    @Override
    public String toString() {
        return type + " " + id + " from " + source;
    }
}
