package io.holdfast.eventing.cloudevents;

import io.holdfast.contracts.Event;
import io.holdfast.contracts.Topic;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event or request as it arrived, its data read.
 *
 * @param source CloudEvents source; with the id it is the identity of the message
 * @param correlationId the id of the request that led to it, if its producer said so
 * @param sequence the version of the aggregate it tells of, if its producer said so
 * @param subject what it is about; a hint, from foreign producers
 * @param partition of Kafka; -1 if it came another way
 * @param offset of Kafka; -1 if it came another way
 */
public record ReceivedMessage<E extends Event>(
        Topic topic,
        String source,
        String id,
        E event,
        @Nullable String subject,
        @Nullable String correlationId,
        @Nullable Instant time,
        @Nullable Instant expiry,
        @Nullable Long sequence,
        int partition,
        long offset) {

    /** A request that came over REST. */
    public static <E extends Event> ReceivedMessage<E> overRest(Topic topic, String path, String id, E request) {
        return new ReceivedMessage<>(topic, path, id, request, null, null, null, null, null, -1, -1);
    }

    /** What the outcome of a request carries as its correlation id: the request's own, else its id. */
    public String correlation() {
        return correlationId == null ? id : correlationId;
    }
}
