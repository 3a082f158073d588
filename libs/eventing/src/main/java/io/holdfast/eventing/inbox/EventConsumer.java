package io.holdfast.eventing.inbox;

import io.holdfast.contracts.Event;
import io.smallrye.mutiny.Uni;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Consumes events. Each has its effect once. */
public interface EventConsumer<E extends Event> {

    /**
     * Handles one record; to be returned from an {@code @Incoming} method. Completes once the effect is committed, the
     * record needs none (duplicate, older, unknown type), or it is among the dead letters. Tries again for ever while
     * database or broker are down; never fails.
     */
    Uni<Void> handle(ConsumerRecord<byte[], byte[]> record);

    /** The same, ignoring events that are older than one already seen of the same aggregate (source and subject). */
    EventConsumer<E> latestOnly();
}
