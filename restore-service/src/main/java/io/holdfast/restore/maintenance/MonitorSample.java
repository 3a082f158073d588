package io.holdfast.restore.maintenance;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One look at a restored database.
 *
 * @param health null: the source has no probe
 * @param connectionError why the database could not be connected to; null: it could
 * @param rows of its largest tables, by name; empty if they were not counted. A table that is gone has 0
 */
public record MonitorSample(
        Instant at, @Nullable HealthResult health, @Nullable String connectionError, Map<String, Long> rows) {
    public MonitorSample {
        rows = Map.copyOf(rows);
    }

    /** What was wrong at this look; null: nothing. */
    @Nullable
    String trouble() {
        if (connectionError != null) {
            return "the database cannot be connected to: " + connectionError;
        }
        return health == null || health.ok() ? null : "the application is not well: " + health.detail();
    }
}
