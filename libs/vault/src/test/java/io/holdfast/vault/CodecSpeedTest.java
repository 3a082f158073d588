package io.holdfast.vault;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** How many megabytes a second one core seals and opens. Measured, not asserted. */
@EnabledIfSystemProperty(named = "holdfast.measure", matches = "true")
final class CodecSpeedTest {
    @Test
    void ofNarrowRowsAndOfJson() throws RunnerException {
        var options = new OptionsBuilder()
                .include(CodecBenchmark.class.getName())
                .forks(1)
                .shouldFailOnError(true)
                .warmupIterations(3)
                .warmupTime(TimeValue.seconds(2))
                .measurementIterations(5)
                .measurementTime(TimeValue.seconds(2))
                .build();

        assertThat(new Runner(options).run()).hasSize(8);
    }
}
