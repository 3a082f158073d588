package io.holdfast.eventing.inbox;

import io.holdfast.contracts.AccessEvent;
import io.holdfast.contracts.Event;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.authorization.RequestPermissions;
import io.holdfast.eventing.cloudevents.OutboxEvent;
import io.holdfast.eventing.cloudevents.ReceivedMessage;
import io.holdfast.eventing.outbox.Outbox;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hibernate.reactive.mutiny.Mutiny;

/** Records requests over Kafka that were accepted, as the HTTP filter records those over REST. */
@ApplicationScoped
class RequestRecorder {
    private static final String ADDRESS = "kafka";

    private final Outbox outbox;
    private final Clock clock;
    private final String service;

    RequestRecorder(Outbox outbox, Clock clock, @ConfigProperty(name = "quarkus.application.name") String service) {
        this.outbox = outbox;
        this.clock = clock;
        this.service = service;
    }

    /**
     * Records an accepted request in its own transaction. One over REST is recorded already.
     *
     * @param subject id of what the request started or is about
     */
    <E extends Event> Uni<Void> accepted(Mutiny.Session session, ReceivedMessage<E> request, String subject) {
        if (request.isOverRest()) {
            return Uni.createFrom().voidItem();
        }
        var event = new AccessEvent.Performed(
                request.sender(),
                request.principal().kind().name(),
                ADDRESS,
                service,
                Topic.typeOf(request.event().getClass()) + " " + subject,
                RequestPermissions.of(request.event()).name(),
                null,
                AccessEvent.Outcome.SUCCEEDED,
                null,
                clock.instant());
        return outbox.publish(session, OutboxEvent.of(Topic.ACCESS_EVENTS, event, UUID.randomUUID(), 1, service));
    }
}
