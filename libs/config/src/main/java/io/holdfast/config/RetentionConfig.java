package io.holdfast.config;

import java.time.Duration;
import java.util.Optional;

/** How long backups are kept: all of them for a while, then the newest proven one of each day, week, month. */
public record RetentionConfig(
        @ConfigKey(value = "Every backup is kept this long.", fallback = "30d", example = "7d")
        Duration all,

        @ConfigKey(value = "One a day is kept this long.", example = "30d")
        Optional<Duration> daily,

        @ConfigKey(value = "One a week is kept this long.", example = "90d")
        Optional<Duration> weekly,

        @ConfigKey(value = "One a month is kept this long.", example = "1y")
        Optional<Duration> monthly) {
    static final RetentionConfig DEFAULT =
            new RetentionConfig(Duration.ofDays(30), Optional.empty(), Optional.empty(), Optional.empty());
}
