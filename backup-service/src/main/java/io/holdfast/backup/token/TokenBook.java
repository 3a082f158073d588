package io.holdfast.backup.token;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.TokenEvent;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.access.StoredTokens;
import io.holdfast.eventing.access.TokenHash;
import io.holdfast.eventing.cloudevents.OutboxEvent;
import io.holdfast.eventing.outbox.Outbox;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Makes and revokes tokens. A token and the event that brings it to the other services commit together. */
@ApplicationScoped
class TokenBook {
    /** Of two requests for one name the second sees the first one's token. */
    private static final String LOCK = "lock table access_token in share row exclusive mode";

    private static final String COUNTING = """
            select cast(id as text), name from access_token
            where (cast(id as text) = :id or name = :id) and revoked_at is null""";

    private final StoredTokens tokens;
    private final Outbox outbox;
    private final TransactionRunner transactions;
    private final Clock clock;

    TokenBook(StoredTokens tokens, Outbox outbox, TransactionRunner transactions, Clock clock) {
        this.tokens = tokens;
        this.outbox = outbox;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** @param token the secret, which is stored nowhere */
    record Made(String id, String token) {
        @Override
        public String toString() {
            return "token " + id;
        }
    }

    /** Fails with REQUEST_CONFLICT if a token of this name counts. */
    Uni<Made> create(TokenRequest.Checked request, String by) {
        String token = TokenHash.newToken();
        String id = UUID.randomUUID().toString();
        var event = new TokenEvent.Created(
                id,
                request.name(),
                TokenHash.of(token),
                request.roles().stream()
                        .map(role -> role.name().toLowerCase(Locale.ROOT))
                        .toList(),
                request.sources(),
                request.environments(),
                request.expiresAt(),
                by,
                clock.instant());
        return transactions
                .run(session -> session.createNativeQuery(LOCK)
                        .executeUpdate()
                        .chain(() -> counting(session, request.name()))
                        .invoke(found -> refuse(request.name(), found))
                        .chain(() -> tokens.create(session, event))
                        .chain(() -> publish(session, event, 1)))
                .replaceWith(new Made(id, token));
    }

    /**
     * Revokes a token; a token that is revoked stays so.
     *
     * @param idOrName of the token
     */
    Uni<Void> revoke(String idOrName, String by) {
        return transactions.run(
                session -> counting(session, idOrName).chain(found -> revoke(session, found, idOrName, by)));
    }

    private static Uni<List<Object[]>> counting(Mutiny.Session session, String idOrName) {
        return session.createNativeQuery(COUNTING, Object[].class)
                .setParameter("id", idOrName)
                .getResultList();
    }

    private static void refuse(String name, List<Object[]> found) {
        if (!found.isEmpty()) {
            throw HoldfastException.about(
                    name,
                    FailureCode.REQUEST_CONFLICT,
                    "a token named \"" + name + "\" exists; revoke it, or choose another name");
        }
    }

    private Uni<Void> revoke(Mutiny.Session session, List<Object[]> found, String idOrName, String by) {
        if (found.isEmpty()) {
            throw HoldfastException.about(
                    TokenHash.redact(idOrName),
                    FailureCode.BACKUP_UNKNOWN,
                    "there is no token \"" + TokenHash.redact(idOrName)
                            + "\" that counts; name a token by its name or id, never by the token itself");
        }
        var event = new TokenEvent.Revoked(
                String.valueOf(found.getFirst()[0]), String.valueOf(found.getFirst()[1]), by, clock.instant());
        return tokens.revoke(session, event)
                .chain(changed ->
                        changed ? publish(session, event, 2) : Uni.createFrom().voidItem());
    }

    private Uni<Void> publish(Mutiny.Session session, TokenEvent event, long sequence) {
        return outbox.publish(session, OutboxEvent.of(Topic.TOKENS, event, event.tokenId(), sequence, event.tokenId()));
    }
}
