package io.holdfast.eventing.rest;

import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.NameSuggestion;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.config.LiveConfig;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import java.util.TreeSet;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** The filter of a list by source: a name is known if it is configured, or if a row of the list has it. */
@ApplicationScoped
public class SourceFilter {
    private final LiveConfig live;

    SourceFilter(LiveConfig live) {
        this.live = live;
    }

    /**
     * Fails with SOURCE_UNKNOWN and the nearest name if the source is not known. Null and the empty name filter nothing.
     *
     * @param field of the entity that holds the source's name
     */
    public Uni<Void> require(Mutiny.Session session, @Nullable String name, Class<?> entity, String field) {
        Set<String> configured = new TreeSet<>(live.find()
                .map(HoldfastConfig::sources)
                .orElseGet(java.util.Map::of)
                .keySet());
        if (name == null || name.isEmpty() || configured.contains(name)) {
            return Uni.createFrom().voidItem();
        }
        return session.createSelectionQuery(
                        "select e." + field + " from " + entity.getSimpleName() + " e where e." + field + " = :name",
                        String.class)
                .setParameter("name", name)
                .setMaxResults(1)
                .getResultList()
                .invoke(found -> {
                    if (found.isEmpty()) {
                        throw HoldfastException.about(name, FailureCode.SOURCE_UNKNOWN, unknown(name, configured));
                    }
                })
                .replaceWithVoid();
    }

    private static String unknown(String name, Set<String> configured) {
        return "source \"" + name + "\" is unknown; "
                + NameSuggestion.of(name, configured)
                        .map(near -> "did you mean \"" + near + "\"?")
                        .orElse(
                                configured.isEmpty()
                                        ? "no source is configured"
                                        : "known are " + String.join(", ", configured));
    }
}
