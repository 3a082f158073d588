package io.holdfast.eventing.inbox;

import io.holdfast.contracts.Event;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.cloudevents.CloudEventEnvelope;
import io.holdfast.eventing.cloudevents.EventDataReader;
import io.holdfast.eventing.cloudevents.EventJson;
import io.holdfast.eventing.cloudevents.ReceivedMessage;
import io.holdfast.eventing.cloudevents.UnreadableMessageException;
import io.holdfast.eventing.cloudevents.UnreadableMessageException.Reason;
import io.holdfast.eventing.inbox.ConsumerFactory.EventPreparation;
import io.holdfast.eventing.inbox.ConsumerFactory.EventReaction;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.opentelemetry.context.Context;
import io.smallrye.mutiny.Uni;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.hibernate.reactive.mutiny.Mutiny;

/** Events, once each: inbox row and effect in one transaction. */
record InboxEventConsumer<E extends Event>(
        String name,
        Topic topic,
        Class<E> type,
        EventPreparation<E> preparation,
        boolean onlyLatest,
        RecordProcessor intake,
        InboxTable inbox,
        TransactionRunner transactions,
        InboxMeters meters)
        implements EventConsumer<E> {

    @Override
    public Uni<Void> handle(ConsumerRecord<byte[], byte[]> record) {
        return intake.handle(record, this::work);
    }

    @Override
    public EventConsumer<E> latestOnly() {
        return new InboxEventConsumer<>(name, topic, type, preparation, true, intake, inbox, transactions, meters);
    }

    private Uni<Void> work(CloudEventEnvelope cloudEventEnvelope, Context trace) throws UnreadableMessageException {
        Optional<Class<? extends Event>> known = topic.classOf(cloudEventEnvelope.type());
        if (known.isEmpty()) {
            meters.ignored(name, "unknown type"); // a newer producer's
            return Uni.createFrom().voidItem();
        }
        ReceivedMessage<E> receivedMessage =
                cloudEventEnvelope.with(read(cloudEventEnvelope, known.get().asSubclass(type)));
        return Uni.createFrom()
                .deferred(() -> preparation.of(receivedMessage))
                .chain(reaction -> transactions.run(trace, session -> once(receivedMessage, reaction, session)));
    }

    private E read(CloudEventEnvelope cloudEventEnvelope, Class<? extends E> exact) throws UnreadableMessageException {
        try {
            return EventDataReader.read(cloudEventEnvelope.data(), exact, false);
        } catch (HoldfastException e) {
            throw new UnreadableMessageException(
                    Reason.DATA_INVALID, cloudEventEnvelope.type() + ": " + e.getMessage(), e);
        }
    }

    private Uni<Void> once(ReceivedMessage<E> receivedMessage, EventReaction<E> reaction, Mutiny.Session session) {
        InboxTable.Identity identity = new InboxTable.Identity(
                name,
                receivedMessage.source(),
                receivedMessage.id(),
                MessageBodyHash.of(EventJson.write(receivedMessage.event())));
        return inbox.receive(session, identity).chain(first -> {
            if (!first) {
                meters.duplicate(name);
                return Uni.createFrom().voidItem();
            }
            return newest(receivedMessage, session).chain(newest -> {
                if (newest) {
                    return reaction.on(receivedMessage, session);
                }
                meters.ignored(name, "older");
                return Uni.createFrom().voidItem();
            });
        });
    }

    private Uni<Boolean> newest(ReceivedMessage<E> receivedMessage, Mutiny.Session session) {
        String subject = receivedMessage.subject();
        Long sequence = receivedMessage.sequence();
        return onlyLatest && subject != null && sequence != null
                ? inbox.newest(session, name, receivedMessage.source(), subject, sequence)
                : Uni.createFrom().item(true);
    }
}
