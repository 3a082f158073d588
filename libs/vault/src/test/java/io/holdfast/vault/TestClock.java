package io.holdfast.vault;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** Time that passes when a test says so; for both clocks of a process, and for a store. */
final class TestClock implements InstantSource {
    static final Duration GRACE = Duration.ofDays(2);

    private static final Instant START = Instant.parse("2026-01-15T12:00:00Z");

    private final AtomicLong passed = new AtomicLong();

    @Override
    public Instant instant() {
        return START.plusNanos(passed.get());
    }

    void pass(Duration time) {
        passed.addAndGet(time.toNanos());
    }

    void passGrace() {
        pass(GRACE);
    }

    GracePeriod grace() {
        return new GracePeriod(GRACE, this, this::nanos);
    }

    long nanos() {
        return passed.get();
    }

    WriteOptions options() {
        return WriteOptions.STANDARD.clocks(this, this::nanos);
    }
}
