package io.holdfast.eventing.cloudevents;

import io.holdfast.access.Principal;
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
 * @param principal who sent it, as far as a credential or a signature shows; else anonymous
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
        Principal principal,
        int partition,
        long offset) {

    private static final String BY = "/by/";

    /** A request over REST. Its source has the path and the principal's name: the keys of two principals are two. */
    public static <E extends Event> ReceivedMessage<E> overRest(
            Topic topic, String path, String id, Principal principal, E request) {
        String source = principal.isKnown() ? path + BY + principal.name() : path;
        return new ReceivedMessage<>(topic, source, id, request, null, null, null, null, null, principal, -1, -1);
    }

    /** Whether it came over REST, where the filter has checked the principal's permission. */
    public boolean isOverRest() {
        return partition < 0;
    }

    /** The sender, for records: the principal's name, or the CloudEvents source of a message without one. */
    public String sender() {
        return principal.isKnown() ? principal.name() : source;
    }

    /** What the outcome of a request carries as its correlation id: the request's own, else its id. */
    public String correlation() {
        return correlationId == null ? id : correlationId;
    }
}
