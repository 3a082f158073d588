package io.holdfast.cli.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One line of the activity log. */
public record ActivityResponse(
        String action,
        @Nullable String entityType,
        @Nullable String entityId,
        @Nullable String source,
        @Nullable String operator,
        @Nullable String status,
        @Nullable JsonNode details,
        Instant createdAt,
        @Nullable String topic,
        int partition,
        long offset,
        boolean repeated) {}
