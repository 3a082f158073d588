package io.holdfast.access;

import io.holdfast.config.AccessConfig.Role;
import io.holdfast.config.HoldfastConfig;
import java.util.List;
import java.util.Set;

/**
 * Who sent a request.
 *
 * @param name for records, unique within its kind; never a secret
 * @param grants its roles and their scopes; empty: it may do nothing
 */
public record Principal(String name, Kind kind, List<Grant> grants) {
    public enum Kind {
        /** Someone with a token of an identity provider. */
        PERSON,
        /** A token of holdfast.yaml or of {@code token create}. */
        PROGRAM,
        /** A producer whose signature was verified. */
        PRODUCER,
        /** Another service of the platform, or this one. */
        SERVICE,
        /** No credential was shown. */
        ANONYMOUS
    }

    public static final String ANONYMOUS_NAME = "anonymous";

    public Principal {
        grants = List.copyOf(grants);
    }

    /** A request without a credential. */
    public static Principal anonymous(Set<Role> roles) {
        return new Principal(
                ANONYMOUS_NAME, Kind.ANONYMOUS, roles.isEmpty() ? List.of() : List.of(new Grant(roles, Scope.ALL)));
    }

    /** The service itself, for what it does on its own schedule. */
    public static Principal service(String name) {
        return new Principal(name, Kind.SERVICE, List.of(new Grant(Set.of(Role.ADMIN), Scope.ALL)));
    }

    /** Whether a credential names it. */
    public boolean isKnown() {
        return kind != Kind.ANONYMOUS;
    }

    /** Whether it has the permission on at least a part of the sources. */
    public boolean has(Permission permission) {
        return grants.stream().anyMatch(grant -> grant.has(permission));
    }

    /** The same without a configuration: environments cover nothing then. */
    public VisibleSources namedSources(Permission permission) {
        return grants.stream()
                .filter(grant -> grant.has(permission))
                .map(grant -> grant.scope().named())
                .reduce(VisibleSources.NONE, VisibleSources::plus);
    }

    /** The sources on which it has the permission. */
    public VisibleSources sources(Permission permission, HoldfastConfig config) {
        return grants.stream()
                .filter(grant -> grant.has(permission))
                .map(grant -> grant.scope().resolve(config))
                .reduce(VisibleSources.NONE, VisibleSources::plus);
    }
}
