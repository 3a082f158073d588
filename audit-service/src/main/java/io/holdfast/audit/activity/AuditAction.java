package io.holdfast.audit.activity;

import org.jspecify.annotations.Nullable;

/**
 * What an event means in the activity log.
 *
 * @param name in snake case; a name once used keeps its meaning
 * @param source the name of the source it is about
 * @param operator who did or asked for it, if the event itself says so
 * @param durationMillis how long it took, if it took time
 */
record AuditAction(
        String name,
        ActivityStatus status,
        String entityType,
        @Nullable String entityId,
        @Nullable String source,
        @Nullable String operator,
        @Nullable Long durationMillis) {

    static AuditAction of(String name, ActivityStatus status, String entityType, @Nullable Object entityId) {
        String id = entityId == null ? null : entityId.toString();
        return new AuditAction(name, status, entityType, id, null, null, null);
    }

    AuditAction source(@Nullable String name) {
        return new AuditAction(this.name, status, entityType, entityId, name, operator, durationMillis);
    }

    AuditAction by(String operator) {
        return new AuditAction(name, status, entityType, entityId, source, operator, durationMillis);
    }

    AuditAction took(long millis) {
        return new AuditAction(name, status, entityType, entityId, source, operator, millis);
    }
}
