package io.holdfast.engine;

import io.holdfast.engine.model.ExcludedObject;
import io.holdfast.engine.model.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a database refers to and a server does not have. Whatever needs it is restored without it, and said so.
 *
 * @param roles owners of objects, grantees, roles that policies, user mappings and settings name
 * @param tablespaces where objects were kept
 * @param labelProviders who understands security labels
 * @param leftOut what needs something that is not even in the backup, and was said so when that was taken
 */
public record MissingDependencies(
        Set<String> roles, Set<String> tablespaces, Set<String> labelProviders, Set<ExcludedObject> leftOut) {

    public static final MissingDependencies NOTHING = new MissingDependencies(Set.of(), Set.of(), Set.of());

    public MissingDependencies(Set<String> roles, Set<String> tablespaces, Set<String> labelProviders) {
        this(roles, tablespaces, labelProviders, Set.of());
    }

    public MissingDependencies {
        roles = Set.copyOf(roles);
        tablespaces = Set.copyOf(tablespaces);
        labelProviders = Set.copyOf(labelProviders);
        leftOut = Set.copyOf(leftOut);
    }

    /** One for each thing that is lacking, by name. */
    public List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        new TreeSet<>(roles)
                .forEach(role -> findings.add(lacks(
                        role,
                        "role \"" + role
                                + "\" does not exist on the target: what it owned belongs to the restoring role, what"
                                + " was granted to it and said of it is left out; create the role and restore again to"
                                + " have them")));
        new TreeSet<>(tablespaces)
                .forEach(
                        tablespace -> findings.add(
                                lacks(
                                        tablespace,
                                        "tablespace \"" + tablespace
                                                + "\" does not exist on the target: what lay in it lies in the database's default tablespace")));
        new TreeSet<>(labelProviders)
                .forEach(provider -> findings.add(lacks(
                        provider,
                        "the security label provider \"" + provider
                                + "\" is not loaded on the target: its security labels are left out")));
        return findings;
    }

    private static Finding lacks(String object, String message) {
        return new Finding(Finding.Kind.NOT_ON_TARGET, object, message);
    }
}
