package io.holdfast.audit.activity;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A line of the activity log before it is written. There is exactly one for every record of every audited topic.
 *
 * @param details a JSON object
 * @param createdAt when it happened, as its producer says; else when Kafka took it
 */
record ActivityEntry(
        AuditAction action,
        String details,
        Instant createdAt,
        @Nullable String eventType,
        @Nullable String eventSource,
        @Nullable String eventId,
        String topic,
        int partition,
        long offset) {

    /** Made from where the record lies, so that a record that is read again is the same line. */
    UUID id() {
        String place = topic + "/" + partition + "/" + offset;
        return UUID.nameUUIDFromBytes(place.getBytes(StandardCharsets.UTF_8));
    }

    /** The same place in the log, for what PostgreSQL cannot hold. */
    ActivityEntry unstorable(String sqlState) {
        return new ActivityEntry(
                AuditAction.of(
                        "event_unreadable", ActivityStatus.FAILURE, "message", topic + "/" + partition + "/" + offset),
                "{\"reason\":\"DATA_INVALID\",\"message\":\"PostgreSQL cannot hold its data (SQLSTATE " + sqlState
                        + ")\"}",
                createdAt,
                null,
                null,
                null,
                topic,
                partition,
                offset);
    }
}
