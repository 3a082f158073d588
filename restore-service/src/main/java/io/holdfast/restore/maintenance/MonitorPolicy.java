package io.holdfast.restore.maintenance;

import io.holdfast.config.SourceConfig;
import java.time.Duration;

/**
 * How a restored database is watched.
 *
 * @param lasting for how long after the switch
 * @param every how long from one look to the next
 * @param patience how many looks in a row have to fail before it counts
 */
public record MonitorPolicy(Duration lasting, Duration every, int patience) {
    private static final int PATIENCE = 3;

    public static MonitorPolicy of(SourceConfig.Watch config) {
        return new MonitorPolicy(config.lasting(), config.every(), PATIENCE);
    }
}
