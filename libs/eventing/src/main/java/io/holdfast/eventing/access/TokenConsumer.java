package io.holdfast.eventing.access;

import io.holdfast.contracts.TokenEvent;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.inbox.ConsumerFactory;
import io.holdfast.eventing.inbox.EventConsumer;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Keeps the service's copy of the tokens. */
@ApplicationScoped
class TokenConsumer {
    private final EventConsumer<TokenEvent> consumer;

    TokenConsumer(ConsumerFactory consumers, StoredTokens tokens) {
        consumer = consumers.events(
                "access-tokens", Topic.TOKENS, TokenEvent.class, (message, session) -> switch (message.event()) {
                    case TokenEvent.Created created -> tokens.create(session, created);
                    case TokenEvent.Revoked revoked ->
                        tokens.revoke(session, revoked).replaceWithVoid();
                });
    }

    @Incoming("access-tokens")
    Uni<Void> on(ConsumerRecord<byte[], byte[]> record) {
        return consumer.handle(record);
    }
}
