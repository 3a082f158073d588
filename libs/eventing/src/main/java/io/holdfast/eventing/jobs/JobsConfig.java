package io.holdfast.eventing.jobs;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How workers hold their jobs. */
@ConfigMapping(prefix = "holdfast.jobs")
interface JobsConfig {

    /** A worker that was not heard of for this long has lost its job. */
    @WithDefault("30s")
    Duration lease();

    /** How often leases are renewed and cancellations looked for. A small part of {@link #lease}. */
    @WithDefault("5s")
    Duration heartbeat();

    /** How often waiting jobs are looked for even if nothing announces one. */
    @WithDefault("1s")
    Duration poll();

    /** How long a stopping process waits for its workers to let go. */
    @WithDefault("5s")
    Duration shutdownWait();
}
