package io.holdfast.notifier.alert;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A time without messages about some alerts. The alerts stay visible.
 *
 * @param source absent: alerts of every source and of the platform
 * @param rule name of a rule; absent: every rule
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Silence(
        UUID id,
        @Nullable String source,
        @Nullable String rule,
        Instant until,
        String reason,
        String createdBy,
        Instant createdAt) {

    boolean covers(Alert alert, Instant now) {
        return until.isAfter(now)
                && (source == null || source.equals(alert.source))
                && (rule == null || rule.equals(alert.rule.label()));
    }
}
