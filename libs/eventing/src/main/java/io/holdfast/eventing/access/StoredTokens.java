package io.holdfast.eventing.access;

import io.holdfast.access.Grant;
import io.holdfast.access.Principal;
import io.holdfast.access.Scope;
import io.holdfast.config.AccessConfig.Role;
import io.holdfast.contracts.TokenEvent;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * The service's copy of the tokens that backup-service made. Looked up at each request, so that a revoked token ends with its
 * event.
 */
@ApplicationScoped
public class StoredTokens {
    private static final String FIND = """
            select cast(id as text), name, roles, sources, environments from access_token
            where hash = :hash and revoked_at is null and (expires_at is null or expires_at > :now)""";
    private static final String ALL = """
            select cast(id as text), name, roles, sources, environments from access_token
            where revoked_at is null and (expires_at is null or expires_at > :now)""";
    private static final String NEWER = """
            select count(*) from access_token where name = :name and revoked_at is null and created_at > :instant""";
    private static final String CREATE = """
            insert into access_token (id, name, hash, roles, sources, environments, expires_at, created_by, created_at)
            values (:id, :name, :hash, :roles, :sources, :environments, cast(cast(:expires as text) as timestamptz), :by, :at)
            on conflict (id) do nothing""";
    private static final String REVOKE = """
            update access_token set revoked_by = :by, revoked_at = :at where id = :id and revoked_at is null""";

    private final TransactionRunner transactions;
    private final Clock clock;

    StoredTokens(TransactionRunner transactions, Clock clock) {
        this.transactions = transactions;
        this.clock = clock;
    }

    /** @param tokenId authenticates nobody */
    record Found(String tokenId, Principal principal) {}

    /** Empty if no token that counts has this hash. */
    Uni<Optional<Found>> find(String hash) {
        return transactions.run(session -> session.createNativeQuery(FIND, Object[].class)
                .setParameter("hash", hash)
                .setParameter("now", clock.instant().atOffset(ZoneOffset.UTC))
                .getResultList()
                .map(rows -> rows.stream().findFirst().map(StoredTokens::found)));
    }

    /** The principals of all tokens that count. */
    public Uni<List<Principal>> all() {
        return transactions.run(session -> session.createNativeQuery(ALL, Object[].class)
                .setParameter("now", clock.instant().atOffset(ZoneOffset.UTC))
                .getResultList()
                .map(rows -> rows.stream().map(row -> found(row).principal()).toList()));
    }

    /** Whether a token of this name that counts was created after the instant. */
    public Uni<Boolean> isNewerThan(String name, Instant instant) {
        return transactions.run(session -> session.createNativeQuery(NEWER, Long.class)
                .setParameter("name", name)
                .setParameter("instant", instant.atOffset(ZoneOffset.UTC))
                .getSingleResult()
                .map(count -> count > 0));
    }

    /** Has no effect if the token is known. */
    public Uni<Void> create(Mutiny.Session session, TokenEvent.Created token) {
        return session.createNativeQuery(CREATE)
                .setParameter("id", UUID.fromString(token.tokenId()))
                .setParameter("name", token.name())
                .setParameter("hash", token.hash())
                .setParameter("roles", String.join(",", token.roles()))
                .setParameter("sources", String.join(",", token.sources()))
                .setParameter("environments", String.join(",", token.environments()))
                .setParameter(
                        "expires",
                        token.expiresAt() == null ? null : token.expiresAt().toString())
                .setParameter("by", token.createdBy())
                .setParameter("at", token.createdAt().atOffset(ZoneOffset.UTC))
                .executeUpdate()
                .replaceWithVoid();
    }

    /** Returns whether the token counted until now. */
    public Uni<Boolean> revoke(Mutiny.Session session, TokenEvent.Revoked token) {
        return session.createNativeQuery(REVOKE)
                .setParameter("id", UUID.fromString(token.tokenId()))
                .setParameter("by", token.revokedBy())
                .setParameter("at", token.revokedAt().atOffset(ZoneOffset.UTC))
                .executeUpdate()
                .map(changed -> changed > 0);
    }

    private static Found found(Object[] row) {
        Set<Role> roles = list(row[2]).stream()
                .flatMap(role -> Arrays.stream(Role.values())
                        .filter(known -> known.name().equalsIgnoreCase(role)))
                .collect(Collectors.toSet());
        Scope scope = Scope.of(list(row[3]), list(row[4]));
        return new Found(
                String.valueOf(row[0]),
                new Principal(String.valueOf(row[1]), Principal.Kind.PROGRAM, List.of(new Grant(roles, scope))));
    }

    private static List<String> list(@Nullable Object text) {
        String joined = String.valueOf(text);
        return joined.isEmpty() ? List.of() : List.of(joined.split(",", -1));
    }
}
