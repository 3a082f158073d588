package io.holdfast.access;

import io.holdfast.config.AccessConfig.Role;
import java.util.EnumSet;
import java.util.Set;

/** The permissions of each role. The only place that knows them; the table in the guide is made from it. */
public final class RolePermissions {
    private RolePermissions() {}

    public static Set<Permission> of(Role role) {
        return switch (role) {
            case VIEWER -> EnumSet.of(Permission.IDENTIFY, Permission.VIEW, Permission.VIEW_METRICS);
            case BACKUP -> EnumSet.of(Permission.IDENTIFY, Permission.VIEW, Permission.BACK_UP);
            case OPERATOR ->
                EnumSet.of(
                        Permission.IDENTIFY,
                        Permission.VIEW,
                        Permission.VIEW_METRICS,
                        Permission.VIEW_ACTIVITY,
                        Permission.BACK_UP,
                        Permission.VERIFY,
                        Permission.OPERATE);
            case RESTORER -> {
                Set<Permission> permissions = of(Role.OPERATOR);
                permissions.addAll(EnumSet.of(Permission.RESTORE, Permission.EXPORT));
                yield permissions;
            }
            case APPROVER -> EnumSet.of(Permission.IDENTIFY, Permission.VIEW, Permission.APPROVE);
            case AUDITOR -> EnumSet.of(Permission.IDENTIFY, Permission.VIEW_ACTIVITY);
            case ADMIN -> EnumSet.allOf(Permission.class);
        };
    }

    /** Whether one of the roles grants it. */
    public static boolean grant(Set<Role> roles, Permission permission) {
        return roles.stream().anyMatch(role -> of(role).contains(permission));
    }
}
