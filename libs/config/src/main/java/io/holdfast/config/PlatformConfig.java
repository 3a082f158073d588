package io.holdfast.config;

import java.time.Duration;

/** Limits of the platform itself. {@code maxDuration < grace / 2} and {@code heartbeat <= lease / 2} hold. */
public record PlatformConfig(
        @Key(value = "How long a worker owns a job without a sign of life.", fallback = "60s")
        Duration lease,

        @Key(value = "How often a worker gives a sign of life; at most half of lease.", fallback = "15s")
        Duration heartbeat,

        @Key(
                value =
                        "How long a backup may take before it gives up; less than half of grace, so that no chunk it reuses"
                                + " can be swept meanwhile.",
                fallback = "23h")
        Duration maxDuration,

        @Key(value = "How long after its tombstone a deleted backup's chunks stay.", fallback = "48h")
        Duration grace) {}
