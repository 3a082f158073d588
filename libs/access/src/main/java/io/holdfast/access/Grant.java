package io.holdfast.access;

import io.holdfast.config.AccessConfig.Role;
import java.util.Set;

/** Roles on a part of the sources. */
public record Grant(Set<Role> roles, Scope scope) {
    public Grant {
        roles = Set.copyOf(roles);
    }

    boolean has(Permission permission) {
        return RolePermissions.grant(roles, permission);
    }
}
