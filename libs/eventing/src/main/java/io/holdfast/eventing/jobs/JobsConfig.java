package io.holdfast.eventing.jobs;

import io.holdfast.eventing.config.LiveConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/**
 * How workers hold their jobs: as {@code holdfast.platform} of holdfast.yaml says, for all services alike. Where there is
 * no such file, {@link JobsProperties} has to say.
 */
@ApplicationScoped
class JobsConfig {
    private final JobsProperties properties;
    private final LiveConfig live;

    JobsConfig(JobsProperties properties, LiveConfig live) {
        this.properties = properties;
        this.live = live;
    }

    /** A worker that was not heard of for this long has lost its job. */
    Duration lease() {
        return properties.lease().orElseGet(() -> live.current().platform().lease());
    }

    /** How often leases are renewed and cancellations looked for. At most half of {@link #lease}. */
    Duration heartbeat() {
        return properties.heartbeat().orElseGet(() -> live.current().platform().heartbeat());
    }

    /** Duration of a job's retries during an outage of the vault or of the platform's database. */
    Duration retryFor() {
        return properties.retryFor().orElseGet(() -> live.current().platform().retryFor());
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
