package io.holdfast.cli.jobs;

import java.time.Clock;
import java.time.Duration;

/**
 * How waiting is done.
 *
 * @param pollEvery how often a waited-for job is looked at
 * @param patience how long an unreachable service is waited for while a job runs there, as it may be restarting
 */
public record PollingPolicy(Clock clock, Duration pollEvery, Duration patience) {
    public static final PollingPolicy USUAL =
            new PollingPolicy(Clock.systemUTC(), Duration.ofMillis(300), Duration.ofMinutes(1));
}
