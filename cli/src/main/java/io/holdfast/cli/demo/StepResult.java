package io.holdfast.cli.demo;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One proven step.
 *
 * @param proof what was seen that proves it
 */
public record StepResult(
        String step,
        Duration took,
        @Nullable Long rows,
        @Nullable Long bytes,
        String proof) {

    /** What a step found, before its time is known. */
    record Found(@Nullable Long rows, @Nullable Long bytes, String proof) {
        static Found proof(String proof) {
            return new Found(null, null, proof);
        }
    }
}
