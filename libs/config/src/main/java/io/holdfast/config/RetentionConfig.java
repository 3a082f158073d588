package io.holdfast.config;

import java.time.Duration;
import java.util.Map;
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
        Optional<Duration> monthly,

        @ConfigKey(value = "Keep one backup per year for this time.", example = "7y")
        Optional<Duration> yearly,

        @ConfigKey(
                value = "Number of newest proven backups that are kept whatever their age.",
                fallback = "1",
                min = 1,
                max = 1000)
        int atLeast,

        @ConfigKey(
                value = "Keep backups that are not proven for this time; they never displace a proven one.",
                fallback = "7d")
        Duration unproven,

        @ConfigKey(
                value =
                        "Share of the proven backups of a source. If a changed policy would delete more, or any proven backup that is younger than a day, nothing is deleted before `retention SOURCE --accept`.",
                fallback = "25%")
        Percentage guard,

        @ConfigKey(
                value = "Keep backups with a label for this time.",
                pattern = "^[^\\s=,]{1,64}$",
                rule = "a label has 1 to 64 characters, without blanks, commas and equals signs",
                example = "{ before-migration: 90d }")
        Map<String, Duration> labels) {}
