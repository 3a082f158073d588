package io.holdfast.notifier.watch;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * One statement that records a fact, in the transaction of the event. Values are bound as text and numbers; {@code ts(:x)},
 * {@code id(:x)} and {@code txt(:x)} give a parameter its type, as null has none.
 */
final class Facts {
    private static final int LONGEST = 1_000;

    private final String sql;
    private final Map<String, @Nullable Object> values = new LinkedHashMap<>();

    private Facts(String sql) {
        this.sql = sql.replaceAll("ts\\((:\\w+)\\)", "cast(cast($1 as text) as timestamptz)")
                .replaceAll("id\\((:\\w+)\\)", "cast(cast($1 as text) as uuid)")
                .replaceAll("txt\\((:\\w+)\\)", "cast($1 as text)");
    }

    static Facts of(String sql) {
        return new Facts(sql);
    }

    Facts with(String name, @Nullable String value) {
        values.put(name, value == null || value.length() <= LONGEST ? value : value.substring(0, LONGEST - 1) + "…");
        return this;
    }

    Facts with(String name, @Nullable Instant value) {
        values.put(name, value == null ? null : value.toString());
        return this;
    }

    Facts with(String name, long value) {
        values.put(name, value);
        return this;
    }

    Uni<Void> record(Mutiny.Session session) {
        Mutiny.MutationQuery query = session.createNativeQuery(sql);
        values.forEach(query::setParameter);
        return query.executeUpdate().replaceWithVoid();
    }
}
