package io.holdfast.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BenchmarkSamplesTest {
    private final BenchmarkSamples samples = new BenchmarkSamples();

    /** The machine is half as fast in the last rounds, so the median of either side is of another round. */
    @Test
    void aRatioIsOfWhatRanInTheSameRound() {
        round(100, 1);
        round(10, 8);
        round(20, 25);
        round(21, 26);

        BenchmarkRatio ratio = BenchmarkRatio.atLeast(
                "full restore", "pg_restore", samples.ratios(BenchmarkTask.PG_RESTORE, BenchmarkTask.RESTORE), 1.0);

        assertThat(ratio.rounds()).containsExactly(1.25, 0.8, 21.0 / 26);
        assertThat(ratio.value()).isEqualTo(21.0 / 26);
        assertThat(ratio.reached()).isFalse();
    }

    private void round(int theirs, int ours) {
        samples.add(BenchmarkTask.PG_RESTORE, Duration.ofSeconds(theirs), 1);
        samples.add(BenchmarkTask.RESTORE, Duration.ofSeconds(ours), 1);
    }
}
