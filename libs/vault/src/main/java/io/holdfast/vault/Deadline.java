package io.holdfast.vault;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Until when a backup may commit. By the monotonic clock, and by the wall clock too: the monotonic one stands still
 * while a machine sleeps, and sweeps elsewhere do not.
 */
final class Deadline {
    private final Duration limit;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final Instant startedAt;
    private final long startedNanos;

    Deadline(Duration limit, InstantSource clock, LongSupplier nanoTime) {
        this.limit = limit;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.startedAt = clock.instant();
        this.startedNanos = nanoTime.getAsLong();
    }

    void check(String backup) {
        Duration monotonic = Duration.ofNanos(nanoTime.getAsLong() - startedNanos);
        Duration wall = Duration.between(startedAt, clock.instant());
        Duration longer = monotonic.compareTo(wall) > 0 ? monotonic : wall;
        if (longer.compareTo(limit) > 0) {
            throw Failure.about(
                    backup,
                    FailureCode.MAX_DURATION_EXCEEDED,
                    "backup " + backup + " took " + longer + ", longer than " + limit
                            + ", and chunks that it reuses may be on their way out; run it again (what is uploaded is"
                            + " reused), with more readers or a longer max-duration if that stays");
        }
    }
}
