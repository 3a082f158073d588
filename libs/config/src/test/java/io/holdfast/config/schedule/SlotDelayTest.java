package io.holdfast.config.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SlotDelayTest {
    @Test
    void theDelaysOfManySourcesSpreadOverTheJitter() {
        Duration jitter = Duration.ofMinutes(5);
        List<Duration> delays = LongStream.range(0, 300)
                .mapToObj(seed -> SlotDelay.of(seed, Optional.of(jitter)))
                .toList();

        assertThat(delays).allMatch(delay -> !delay.isNegative() && delay.compareTo(jitter) < 0);
        assertThat(delays.stream().map(Duration::toMinutes).distinct()).hasSize(5);
        assertThat(delays.stream().filter(delay -> delay.toMinutes() == 0).count())
                .isBetween(30L, 90L);
    }
}
