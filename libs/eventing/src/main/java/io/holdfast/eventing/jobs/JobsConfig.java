package io.holdfast.eventing.jobs;

import io.holdfast.config.HoldfastConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import java.time.Duration;

/**
 * How workers hold their jobs: as {@code holdfast.platform} of holdfast.yaml says, for all services alike. Where there is
 * no such file, {@link JobsProperties} has to say.
 */
@ApplicationScoped
class JobsConfig {
    private final JobsProperties properties;
    private final Instance<HoldfastConfig> platform;

    JobsConfig(JobsProperties properties, Instance<HoldfastConfig> platform) {
        this.properties = properties;
        this.platform = platform;
    }

    /** A worker that was not heard of for this long has lost its job. */
    Duration lease() {
        return properties.lease().orElseGet(() -> platform.get().platform().lease());
    }

    /** How often leases are renewed and cancellations looked for. At most half of {@link #lease}. */
    Duration heartbeat() {
        return properties.heartbeat().orElseGet(() -> platform.get().platform().heartbeat());
    }

    /** Duration of a job's retries during an outage of the vault or of the platform's database. */
    Duration retryFor() {
        return properties.retryFor().orElseGet(() -> platform.get().platform().retryFor());
    }

    /** How often waiting jobs are looked for even if nothing announces one. */
    Duration poll() {
        return properties.poll();
    }

    /** What waits between two attempts at a job are multiples of. */
    Duration retryAfter() {
        return properties.retryAfter();
    }

    /** How long a stopping process waits for its workers to let go. */
    Duration shutdownWait() {
        return properties.shutdownWait();
    }
}
