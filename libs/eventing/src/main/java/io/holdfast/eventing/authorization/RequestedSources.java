package io.holdfast.eventing.authorization;

import io.holdfast.contracts.Event;
import io.smallrye.mutiny.Uni;
import java.util.Set;

/** The sources that a request is about, by which the scopes of its sender's roles are checked. */
@FunctionalInterface
public interface RequestedSources<E extends Event> {

    /**
     * The names of all sources that the request reads or writes; the sender needs the permission on each. Empty if they are
     * not known, such as those of a backup that does not exist: then the sender needs the permission on all sources.
     *
     * <p>May ask a database or the vault, outside any transaction. Fails only if they cannot be asked.
     */
    Uni<Set<String>> of(E request);
}
