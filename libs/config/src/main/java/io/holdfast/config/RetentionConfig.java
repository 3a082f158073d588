package io.holdfast.config;

import java.time.Duration;
import java.util.Optional;

/** How long backups are kept: all of them for a while, then the newest proven one of each day, week, month. */
public record RetentionConfig(
        @Key(value = "Every backup is kept this long.", fallback = "30d", example = "7d")
        Duration all,

        @Key(value = "One a day is kept this long.", example = "30d")
        Optional<Duration> daily,

        @Key(value = "One a week is kept this long.", example = "90d")
        Optional<Duration> weekly,

        @Key(value = "One a month is kept this long.", example = "1y")
        Optional<Duration> monthly) {}
