package io.holdfast.eventing.inbox;

import io.holdfast.contracts.Event;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.authorization.RequestedSources;
import io.holdfast.eventing.cloudevents.ReceivedMessage;
import io.smallrye.mutiny.Uni;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

/** Makes the consumers of a service. Inject it; keep what it makes in a field. */
public interface ConsumerFactory {

    /**
     * A consumer of what happened elsewhere.
     *
     * @param name identity of the consumer in its service's inbox; never change it
     */
    default <E extends Event> EventConsumer<E> events(
            String name, Topic topic, Class<E> type, EventReaction<E> reaction) {
        return preparedEvents(name, topic, type, event -> Uni.createFrom().item(reaction));
    }

    /** The same for events whose claims have to be checked first, such as against the vault. */
    <E extends Event> EventConsumer<E> preparedEvents(
            String name, Topic topic, Class<E> type, EventPreparation<E> preparation);

    /**
     * A consumer of what is asked of this service, over Kafka and REST alike.
     *
     * @param name identity of the consumer in its service's inbox; never change it
     * @param answers the topic on which rejections are told
     * @param sources by which a request over Kafka is authorised, before the reaction
     * @param subject the id of what an accepted request started, kept to find it again when the request is repeated
     */
    default <E extends Event, R> RequestConsumer<E, R> requests(
            String name,
            Topic topic,
            Class<E> type,
            Topic answers,
            RequestedSources<E> sources,
            RequestReaction<E, R> reaction,
            Function<R, String> subject,
            RepeatedRequest<E, R> repeated) {
        return preparedRequests(
                name, topic, type, answers, sources, request -> Uni.createFrom().item(reaction), subject, repeated);
    }

    /** The same for requests whose reaction has to ask others first. */
    <E extends Event, R> RequestConsumer<E, R> preparedRequests(
            String name,
            Topic topic,
            Class<E> type,
            Topic answers,
            RequestedSources<E> sources,
            Preparation<E, R> preparation,
            Function<R, String> subject,
            RepeatedRequest<E, R> repeated);

    /** What a service does about an event. Runs in the transaction of the inbox. */
    @FunctionalInterface
    interface EventReaction<E extends Event> {
        Uni<Void> on(ReceivedMessage<E> receivedMessage, Mutiny.Session session);
    }

    /**
     * Checks an event before the transaction, which would hold a connection of the pool meanwhile. Runs for each try. A
     * failure, such as of a vault that does not answer, is tried again until it passes: the event is not lost.
     */
    @FunctionalInterface
    interface EventPreparation<E extends Event> {
        Uni<EventReaction<E>> of(ReceivedMessage<E> receivedMessage);
    }

    /**
     * What a service does about a request. Runs in the transaction of the inbox. Fails with a
     * {@link io.holdfast.contracts.HoldfastException} to reject the request: its effect is rolled back then. A vault that cannot be
     * reached rejects nothing: the request fails over REST, and is tried again when it came over Kafka.
     */
    @FunctionalInterface
    interface RequestReaction<E extends Event, R> {
        Uni<R> on(ReceivedMessage<E> request, Mutiny.Session session);
    }

    /**
     * Asks what the reaction needs to know of others, such as the vault: before the transaction, which would hold a
     * connection of the pool meanwhile. Runs for each try, also of a request that came before; fails as a reaction does.
     */
    @FunctionalInterface
    interface Preparation<E extends Event, R> {
        Uni<RequestReaction<E, R>> of(ReceivedMessage<E> request);
    }

    /**
     * An accepted request came again: tells the known outcome once more, by publishing the event with its original id,
     * and answers what the first answered.
     */
    @FunctionalInterface
    interface RepeatedRequest<E extends Event, R> {
        Uni<R> on(ReceivedMessage<E> request, String subject, Mutiny.Session session);
    }
}
