package io.holdfast.vault.core;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * How long what was deleted stays, so that whoever still relies on it comes to an end: a backup that reuses its chunks
 * commits within less than half of it, a reader stops within it. All who use a vault must agree on it.
 *
 * @param clock this machine's; never trusted alone
 * @param nanoTime a monotonic clock in nanoseconds
 */
public record GracePeriod(Duration length, InstantSource clock, LongSupplier nanoTime) {
    public static final GracePeriod STANDARD =
            new GracePeriod(Duration.ofDays(2), InstantSource.system(), System::nanoTime);

    public GracePeriod {
        if (length.isNegative() || length.isZero()) {
            throw new IllegalArgumentException("the grace period must be positive, not " + length);
        }
    }

    public GracePeriod length(Duration other) {
        return new GracePeriod(other, clock, nanoTime);
    }

    public SuspendSafeStopwatch stopwatch() {
        return new SuspendSafeStopwatch(clock, nanoTime);
    }
}
