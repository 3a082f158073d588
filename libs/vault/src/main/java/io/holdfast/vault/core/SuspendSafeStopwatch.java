package io.holdfast.vault.core;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * How long ago something was, by the monotonic clock or the wall clock, whichever says longer: the monotonic one stands
 * still while a machine sleeps, and sweeps elsewhere do not.
 */
public final class SuspendSafeStopwatch {
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final Instant startedAt;
    private final long startedNanos;

    public SuspendSafeStopwatch(InstantSource clock, LongSupplier nanoTime) {
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.startedAt = clock.instant();
        this.startedNanos = nanoTime.getAsLong();
    }

    public Duration elapsed() {
        Duration monotonic = Duration.ofNanos(nanoTime.getAsLong() - startedNanos);
        Duration wall = Duration.between(startedAt, clock.instant());
        return monotonic.compareTo(wall) > 0 ? monotonic : wall;
    }
}
