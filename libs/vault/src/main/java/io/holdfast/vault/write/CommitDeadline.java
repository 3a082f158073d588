package io.holdfast.vault.write;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.core.SuspendSafeStopwatch;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** Until when a backup may commit. */
final class CommitDeadline {
    private final Duration limit;
    private final SuspendSafeStopwatch stopwatch;

    CommitDeadline(Duration limit, InstantSource clock, LongSupplier nanoTime) {
        this.limit = limit;
        this.stopwatch = new SuspendSafeStopwatch(clock, nanoTime);
    }

    void check(String backup) {
        Duration taken = stopwatch.elapsed();
        if (taken.compareTo(limit) > 0) {
            throw HoldfastException.about(
                    backup,
                    FailureCode.MAX_DURATION_EXCEEDED,
                    "backup " + backup + " took " + taken + ", longer than " + limit
                            + ", and chunks that it reuses may be on their way out; run it again (what is uploaded is"
                            + " reused), with more readers or a longer max-duration if that stays");
        }
    }
}
