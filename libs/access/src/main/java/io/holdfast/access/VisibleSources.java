package io.holdfast.access;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The sources on which a principal has a permission.
 *
 * @param all whether these are all sources; {@code names} is empty then
 */
public record VisibleSources(boolean all, Set<String> names) {
    public static final VisibleSources ALL = new VisibleSources(true, Set.of());
    public static final VisibleSources NONE = new VisibleSources(false, Set.of());

    public VisibleSources {
        names = Set.copyOf(names);
    }

    public boolean contains(String source) {
        return all || names.contains(source);
    }

    public boolean isEmpty() {
        return !all && names.isEmpty();
    }

    VisibleSources plus(VisibleSources other) {
        if (all || other.all) {
            return ALL;
        }
        return new VisibleSources(
                false, Stream.concat(names.stream(), other.names.stream()).collect(Collectors.toSet()));
    }
}
