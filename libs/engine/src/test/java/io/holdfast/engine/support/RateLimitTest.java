package io.holdfast.engine.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimitTest {
    private final AtomicLong clock = new AtomicLong(1);

    @Test
    void allTakersTogetherKeepTheRate() {
        RateLimit limit = new RateLimit(1_000_000, clock::get);

        long waited = 0;
        for (int i = 0; i < 100; i++) {
            long wait = limit.reserve(100_000);
            clock.addAndGet(wait);
            waited += wait;
        }

        assertThat(waited).isEqualTo(10_000_000_000L);
    }

    @Test
    void anIdleTimeSavesUpOnlyATenthOfASecond() {
        RateLimit limit = new RateLimit(1_000_000, clock::get);
        clock.addAndGet(3_600_000_000_000L);

        assertThat(limit.reserve(100_000)).isZero();
        assertThat(limit.reserve(100_000)).isEqualTo(100_000_000L);
    }

    @Test
    void withoutALimitNobodyWaits() {
        RateLimit limit = new RateLimit(0, clock::get);

        assertThat(limit.reserve(Long.MAX_VALUE)).isZero();
    }
}
