package io.holdfast.engine.d1.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RequestBudgetTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-15T12:00:00Z"));
    private final RequestBudget budget = new RequestBudget(now::get);

    private void pass(Duration time) {
        now.updateAndGet(instant -> instant.plus(time));
    }

    @Test
    void inNoFiveMinutesAreThereMoreRequestsThanCloudflareCounts() {
        int taken = 0;
        for (int second = 0; second < 300; second++) {
            while (budget.take().isZero()) {
                taken++;
            }
            pass(Duration.ofSeconds(1));
        }

        assertThat(taken).isBetween(900, 1100);
    }

    @Test
    void aBlockIsKeptUntilItsEnd() {
        budget.block(Duration.ofMinutes(5));

        assertThat(budget.remaining()).isZero();
        assertThat(budget.take()).isEqualTo(Duration.ofMinutes(5));
        pass(Duration.ofMinutes(5));
        assertThat(budget.take()).isZero();
    }

    @Test
    void whatOthersTookOfTheTokenSlowsItDown() {
        budget.observe("\"default\";r=900;t=120");
        assertThat(budget.remaining()).isGreaterThan(100);

        budget.observe("\"default\";r=12;t=120");

        assertThat(budget.remaining()).isLessThanOrEqualTo(1);
    }
}
