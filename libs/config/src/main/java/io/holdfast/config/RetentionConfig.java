package io.holdfast.config;

import java.time.Duration;
import java.util.Optional;

/** How long backups are kept: all of them for a while, then the newest proven one of each day, week, month. */
public record RetentionConfig(
        @ConfigKey(value = "Keep all backups for this time.", fallback = "30d", example = "7d")
        Duration all,

        @ConfigKey(value = "Keep one backup per day for this time.", example = "30d")
        Optional<Duration> daily,

        @ConfigKey(value = "Keep one backup per week for this time.", example = "90d")
        Optional<Duration> weekly,

        @ConfigKey(value = "Keep one backup per month for this time.", example = "1y")
        Optional<Duration> monthly) {
    static final RetentionConfig DEFAULT =
            new RetentionConfig(Duration.ofDays(30), Optional.empty(), Optional.empty(), Optional.empty());
}
