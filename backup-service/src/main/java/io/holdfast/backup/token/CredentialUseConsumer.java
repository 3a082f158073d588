package io.holdfast.backup.token;

import io.holdfast.contracts.AccessEvent;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.inbox.ConsumerFactory;
import io.holdfast.eventing.inbox.EventConsumer;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.ZoneOffset;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.hibernate.reactive.mutiny.Mutiny;

/** Records when each token was last used at any service, and the addresses whose tokens are no longer checked. */
@ApplicationScoped
class CredentialUseConsumer {
    private static final String USED = """
            insert into credential_use (credential, service, last_used_at) values (:credential, :service, :at)
            on conflict (credential) do update set service = excluded.service, last_used_at = excluded.last_used_at
            where credential_use.last_used_at < excluded.last_used_at""";

    private final EventConsumer<AccessEvent> consumer;

    CredentialUseConsumer(ConsumerFactory consumers, RefusedAddresses addresses) {
        consumer = consumers.events(
                "credential-use",
                Topic.ACCESS_EVENTS,
                AccessEvent.class,
                (message, session) -> switch (message.event()) {
                    case AccessEvent.TokenUsed used -> store(session, used);
                    case AccessEvent.Performed ignored -> Uni.createFrom().voidItem();
                    case AccessEvent.Refused refused -> addresses.record(session, refused);
                });
    }

    @Incoming("access-events")
    Uni<Void> on(ConsumerRecord<byte[], byte[]> record) {
        return consumer.handle(record);
    }

    private static Uni<Void> store(Mutiny.Session session, AccessEvent.TokenUsed used) {
        return session.createNativeQuery(USED)
                .setParameter("credential", used.tokenId())
                .setParameter("service", used.service())
                .setParameter("at", used.usedAt().atOffset(ZoneOffset.UTC))
                .executeUpdate()
                .replaceWithVoid();
    }
}
