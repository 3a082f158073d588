package io.holdfast.backup.token;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stored token without its secret.
 *
 * @param sources empty together with {@code environments}: all sources
 * @param expiresAt absent: never
 * @param lastUsedAt within ten minutes; absent: never used
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record TokenView(
        String id,
        String name,
        List<String> roles,
        List<String> sources,
        List<String> environments,
        @Nullable Instant expiresAt,
        String createdBy,
        Instant createdAt,
        @Nullable String revokedBy,
        @Nullable Instant revokedAt,
        @Nullable Instant lastUsedAt) {}
