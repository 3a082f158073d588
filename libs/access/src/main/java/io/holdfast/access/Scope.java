package io.holdfast.access;

import io.holdfast.config.HoldfastConfig;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The sources that a grant covers.
 *
 * @param all whether it covers every source, also retired ones and those to come; the other two are empty then
 * @param sources covered by name
 * @param environments whose sources are covered
 */
public record Scope(boolean all, Set<String> sources, Set<String> environments) {
    public static final Scope ALL = new Scope(true, Set.of(), Set.of());

    public Scope {
        sources = Set.copyOf(sources);
        environments = Set.copyOf(environments);
    }

    /** Of what a configuration or a token says: two empty lists cover all sources. */
    public static Scope of(Collection<String> sources, Collection<String> environments) {
        return sources.isEmpty() && environments.isEmpty()
                ? ALL
                : new Scope(false, Set.copyOf(sources), Set.copyOf(environments));
    }

    VisibleSources named() {
        return all ? VisibleSources.ALL : new VisibleSources(false, sources);
    }

    /** Resolves environments by today's configuration; a retired source is covered by its name only. */
    VisibleSources resolve(HoldfastConfig config) {
        if (all) {
            return VisibleSources.ALL;
        }
        Stream<String> named = config.sources().entrySet().stream()
                .filter(source -> source.getValue()
                        .environment()
                        .filter(environments::contains)
                        .isPresent())
                .map(java.util.Map.Entry::getKey);
        return new VisibleSources(false, Stream.concat(sources.stream(), named).collect(Collectors.toSet()));
    }
}
