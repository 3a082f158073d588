package io.holdfast.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Something people must know about, and its end, on {@code holdfast.alerts.v1}. */
public sealed interface AlertEvent extends Event {
    /** The same for the alert and its end; unique while it lasts. */
    String alertId();

    /**
     * @param cause what alerts of one cause share, such as an unreachable host; absent if the alert has none but itself
     */
    @EventType("AlertRaised")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Raised(
            String alertId,
            String name,
            Severity severity,
            @Nullable SourceRef source,
            String summary,
            @Nullable String cause,
            Instant raisedAt)
            implements AlertEvent {
        public Raised {
            RequiredFields.fields(
                    "alertId", alertId, "name", name, "severity", severity, "summary", summary, "raisedAt", raisedAt);
        }
    }

    @EventType("AlertResolved")
    record Resolved(String alertId, String name, Instant resolvedAt) implements AlertEvent {
        public Resolved {
            RequiredFields.fields("alertId", alertId, "name", name, "resolvedAt", resolvedAt);
        }
    }

    /** How soon somebody must act. */
    enum Severity {
        WARNING,
        CRITICAL
    }
}
