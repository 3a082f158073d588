package io.holdfast.eventing.jobs;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** What holdfast.yaml leaves to the library, and what one process may have otherwise than the others, such as a test. */
@ConfigMapping(prefix = "holdfast.jobs")
interface JobsProperties {

    /** Instead of {@code holdfast.platform.lease}. */
    Optional<Duration> lease();

    /** Instead of {@code holdfast.platform.heartbeat}. */
    Optional<Duration> heartbeat();

    /** Instead of {@code holdfast.platform.retry-for}. */
    Optional<Duration> retryFor();

    @WithDefault("1s")
    Duration poll();

    /** What waits between two attempts at a job are multiples of. */
    @WithDefault("1s")
    Duration retryAfter();

    @WithDefault("5s")
    Duration shutdownWait();
}
