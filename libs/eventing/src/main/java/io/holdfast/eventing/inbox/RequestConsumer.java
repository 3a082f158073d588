package io.holdfast.eventing.inbox;

import io.holdfast.contracts.Event;
import io.holdfast.eventing.cloudevents.ReceivedMessage;
import io.smallrye.mutiny.Uni;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Consumes requests. Each has its effect once, and its requester is told if it is refused. */
public interface RequestConsumer<E extends Event, R> {

    /** As {@link EventConsumer#handle}; a refused request is answered by a RequestRejected. */
    Uni<Void> handle(ConsumerRecord<byte[], byte[]> record);

    /**
     * The same way in for requests over REST: one inbox, one reaction. A repeated request answers what the first did.
     *
     * @return what the reaction returned; fails with a {@link io.holdfast.contracts.HoldfastException} if it was refused, then or
     *     the first time
     */
    Uni<R> accept(ReceivedMessage<E> request);
}
