package io.holdfast.verifier.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.verifier.drill.RestoreTrend.Measured;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RestoreTrendTest {
    private static final Instant NOW = Instant.parse("2026-04-01T00:00:00Z");
    private static final Duration RTO = Duration.ofMinutes(30);

    @Test
    void aGrowingRestoreTimeMissesTheObjectiveWhereTheLineMeetsIt() {
        // 19, 22, 25 min at 20, 10 and 0 days ago: 0.3 min a day, and 5 min to go
        assertThat(RestoreTrend.misses(List.of(at(0, 25), at(10, 22), at(20, 19)), RTO, NOW))
                .hasValueSatisfying(at ->
                        assertThat(Duration.between(NOW, at)).isBetween(Duration.ofDays(16), Duration.ofDays(17)));
    }

    @Test
    void aLineThatDoesNotMissItInAMonthOrSaysTooLittleIsNoAlert() {
        assertThat(RestoreTrend.misses(List.of(at(0, 23), at(10, 22), at(20, 21)), RTO, NOW))
                .as("26 min in a month")
                .isEmpty();
        assertThat(RestoreTrend.misses(List.of(at(0, 20), at(10, 22), at(20, 24)), RTO, NOW))
                .as("it becomes faster")
                .isEmpty();
        assertThat(RestoreTrend.misses(List.of(at(0, 24), at(20, 10)), RTO, NOW))
                .as("two drills")
                .isEmpty();
        assertThat(RestoreTrend.misses(List.of(at(0, 24), at(1, 22), at(2, 20)), RTO, NOW))
                .as("two days")
                .isEmpty();
        assertThat(RestoreTrend.misses(List.of(at(0, 34), at(10, 32), at(20, 30)), RTO, NOW))
                .as("rto-missed says so already")
                .isEmpty();
    }

    private static Measured at(int daysAgo, int minutes) {
        return new Measured(
                NOW.minus(Duration.ofDays(daysAgo)), Duration.ofMinutes(minutes).toMillis());
    }
}
