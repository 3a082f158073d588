package io.holdfast.verifier.drill;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Predicts when the restore time of a source passes its objective, by a line of least squares through drills. Pure. */
final class RestoreTrend {
    static final Duration AHEAD = Duration.ofDays(30);

    /** The least time between the first and the last drill: a line through a few hours does not predict a month. */
    static final Duration SPAN = Duration.ofDays(7);

    private static final int DRILLS = 3;

    private RestoreTrend() {}

    /** A measured restore. */
    record Measured(Instant at, long millis) {}

    /**
     * The instant at which the line passes the objective.
     *
     * @return empty: it does not within {@link #AHEAD}, is above the objective already, or there are fewer than three drills
     *     or less than {@link #SPAN} between them
     */
    static Optional<Instant> misses(List<Measured> drills, Duration objective, Instant now) {
        if (drills.size() < DRILLS) {
            return Optional.empty();
        }
        Instant first =
                drills.stream().map(Measured::at).min(Instant::compareTo).orElseThrow();
        Instant last = drills.stream().map(Measured::at).max(Instant::compareTo).orElseThrow();
        if (Duration.between(first, last).compareTo(SPAN) < 0) {
            return Optional.empty();
        }
        double meanAt = drills.stream()
                .mapToDouble(drill -> seconds(first, drill.at()))
                .average()
                .orElseThrow();
        double meanMillis =
                drills.stream().mapToLong(Measured::millis).average().orElseThrow();
        double covariance = drills.stream()
                .mapToDouble(drill -> (seconds(first, drill.at()) - meanAt) * (drill.millis() - meanMillis))
                .sum();
        double variance = drills.stream()
                .mapToDouble(drill -> Math.pow(seconds(first, drill.at()) - meanAt, 2))
                .sum();
        double slope = covariance / variance;
        double today = meanMillis + slope * (seconds(first, now) - meanAt);
        double then = today + slope * AHEAD.toSeconds();
        if (slope <= 0 || today > objective.toMillis() || then <= objective.toMillis()) {
            return Optional.empty();
        }
        return Optional.of(now.plusSeconds(Math.round((objective.toMillis() - today) / slope)));
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / 1000.0;
    }
}
