package io.holdfast.config;

import java.time.Duration;

/** A duration that may be nothing, such as that of the first step of an escalation. */
public record Delay(Duration duration) {

    /**
     * Reads a delay.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    public static Delay parse(String text) {
        return new Delay(Durations.parse(text));
    }

    /** The shortest text that {@link #parse} reads back. */
    @Override
    public String toString() {
        return Durations.format(duration);
    }
}
