package io.holdfast.eventing.access;

import io.holdfast.contracts.AccessEvent;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.cloudevents.OutboxEvent;
import io.holdfast.eventing.outbox.Outbox;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.quarkus.arc.DefaultBean;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

@DefaultBean
@ApplicationScoped
class OutboxAccessLog implements AccessLog {
    private final Outbox outbox;
    private final TransactionRunner transactions;
    private final String service;

    OutboxAccessLog(
            Outbox outbox,
            TransactionRunner transactions,
            @ConfigProperty(name = "quarkus.application.name") String service) {
        this.outbox = outbox;
        this.transactions = transactions;
        this.service = service;
    }

    @Override
    public Uni<Void> write(AccessEvent event) {
        OutboxEvent message = OutboxEvent.of(Topic.ACCESS_EVENTS, event, UUID.randomUUID(), 1, service);
        return transactions.run(session -> outbox.publish(session, message));
    }
}
