package io.holdfast.backup.retention;

import io.holdfast.backup.retention.plan.RetentionPolicy;
import io.holdfast.config.Durations;
import io.holdfast.config.Percentage;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A policy as a client sends it: the keys of {@code retention} in holdfast.yaml, with {@code schedule.timezone} and
 * {@code objectives.rpo}. Durations, percentages and time zones are written as in holdfast.yaml.
 */
record PolicyForm(
        @Nullable String all,
        @Nullable String daily,
        @Nullable String weekly,
        @Nullable String monthly,
        @Nullable String yearly,
        @Nullable Integer atLeast,
        @Nullable String unproven,
        @Nullable String guard,
        @Nullable Map<String, String> labels,
        @Nullable String timezone,
        @Nullable String rpo) {

    /** @throws HoldfastException REQUEST_INVALID if a value cannot be read */
    RetentionPolicy policy(String source, Duration hold) {
        try {
            if (atLeast != null && atLeast < 1) {
                throw new IllegalArgumentException("atLeast is " + atLeast + "; at least 1 backup is kept");
            }
            return new RetentionPolicy(
                    duration(all).orElse(Duration.ofDays(30)),
                    RetentionPolicy.tiers(duration(daily), duration(weekly), duration(monthly), duration(yearly)),
                    atLeast == null ? 1 : atLeast,
                    duration(unproven).orElse(Duration.ofDays(7)),
                    Percentage.parse(guard == null ? "25%" : guard).value(),
                    labelDurations(),
                    ZoneId.of(timezone == null ? "UTC" : timezone),
                    hold,
                    duration(rpo).orElse(RetentionPolicy.DEFAULT_RPO));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_INVALID, "the policy of source \"" + source + "\": " + e.getMessage(), e);
        }
    }

    private Map<String, Duration> labelDurations() {
        return labels == null
                ? Map.of()
                : labels.entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, label -> Durations.parse(label.getValue())));
    }

    private static Optional<Duration> duration(@Nullable String text) {
        return Optional.ofNullable(text).map(Durations::parse);
    }
}
