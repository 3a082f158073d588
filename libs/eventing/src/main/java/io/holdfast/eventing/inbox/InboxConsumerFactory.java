package io.holdfast.eventing.inbox;

import io.holdfast.contracts.Event;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.authorization.RequestAuthorizer;
import io.holdfast.eventing.authorization.RequestedSources;
import io.holdfast.eventing.outbox.Outbox;
import io.holdfast.eventing.runtime.EventingConfig;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.holdfast.eventing.tracing.Tracing;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.function.Function;

@ApplicationScoped
class InboxConsumerFactory implements ConsumerFactory {
    private final InboxTable inbox;
    private final Outbox outbox;
    private final RequestRecorder recorder;
    private final TransactionRunner transactionRunner;
    private final UnlimitedRetry unlimitedRetry;
    private final DeadLetterPublisher deadLetters;
    private final InboxMeters meters;
    private final RequestAuthorizer authorizer;
    private final EventingConfig config;
    private final Clock clock;
    private final Tracing tracing;

    InboxConsumerFactory(
            InboxTable inbox,
            Outbox outbox,
            RequestRecorder recorder,
            TransactionRunner transactionRunner,
            UnlimitedRetry unlimitedRetry,
            DeadLetterPublisher deadLetters,
            InboxMeters meters,
            RequestAuthorizer authorizer,
            EventingConfig config,
            Clock clock,
            Tracing tracing) {
        this.inbox = inbox;
        this.outbox = outbox;
        this.recorder = recorder;
        this.transactionRunner = transactionRunner;
        this.unlimitedRetry = unlimitedRetry;
        this.deadLetters = deadLetters;
        this.meters = meters;
        this.authorizer = authorizer;
        this.config = config;
        this.clock = clock;
        this.tracing = tracing;
    }

    @Override
    public <E extends Event> EventConsumer<E> preparedEvents(
            String name, Topic topic, Class<E> type, EventPreparation<E> preparation) {
        return new InboxEventConsumer<>(
                name, topic, type, preparation, false, intake(name, topic, type), inbox, transactionRunner, meters);
    }

    @Override
    public <E extends Event, R> RequestConsumer<E, R> preparedRequests(
            String name,
            Topic topic,
            Class<E> type,
            Topic answers,
            RequestedSources<E> sources,
            Preparation<E, R> preparation,
            Function<R, String> subject,
            RepeatedRequest<E, R> repeated) {
        return new InboxRequestConsumer<>(
                name,
                topic,
                type,
                answers,
                authorizer,
                sources,
                preparation,
                subject,
                repeated,
                intake(name, topic, type),
                inbox,
                outbox,
                recorder,
                transactionRunner,
                meters,
                clock);
    }

    private RecordProcessor intake(String name, Topic topic, Class<? extends Event> type) {
        if (!type.isAssignableFrom(topic.carries())) {
            throw new IllegalArgumentException(topic + " carries " + topic.carries() + ", not " + type);
        }
        return new RecordProcessor(name, topic, config.attempts(), unlimitedRetry, deadLetters, tracing);
    }
}
