package io.holdfast.eventing.cloudevents;

import io.holdfast.contracts.Event;
import io.holdfast.contracts.Topic;
import org.jspecify.annotations.Nullable;

/**
 * An event on its way out.
 *
 * @param id {@code <aggregate id>:<sequence>}, so that a repeated event is recognised by every consumer
 * @param key the record's key: the source's name or id, so that events of one source stay in order
 * @param sequence the aggregate's version; consumers ignore older ones
 * @param correlationId the request's correlation, if it answers one
 * @param subject the aggregate's id
 */
public record OutboxEvent(
        Topic topic,
        Event event,
        String id,
        String key,
        @Nullable Long sequence,
        @Nullable String correlationId,
        @Nullable String subject) {

    /** What happened to an aggregate, at this version of it. */
    public static OutboxEvent of(Topic topic, Event event, Object aggregateId, long sequence, String key) {
        return new OutboxEvent(topic, event, aggregateId + ":" + sequence, key, sequence, null, aggregateId.toString());
    }

    public OutboxEvent correlatedWith(@Nullable String correlation) {
        return new OutboxEvent(topic, event, id, key, sequence, correlation, subject);
    }
}
