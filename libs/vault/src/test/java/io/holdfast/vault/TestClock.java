package io.holdfast.vault;

import io.holdfast.vault.core.GracePeriod;
import io.holdfast.vault.write.WriteOptions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** Time that passes when a test says so; for both clocks of a process, and for a store. */
public final class TestClock implements InstantSource {
    public static final Duration GRACE = Duration.ofDays(2);

    private static final Instant START = Instant.parse("2026-01-15T12:00:00Z");

    private final AtomicLong passed = new AtomicLong();

    @Override
    public Instant instant() {
        return START.plusNanos(passed.get());
    }

    public void pass(Duration time) {
        passed.addAndGet(time.toNanos());
    }

    public void passGrace() {
        pass(GRACE);
    }

    public GracePeriod grace() {
        return new GracePeriod(GRACE, this, this::nanos);
    }

    public long nanos() {
        return passed.get();
    }

    public WriteOptions options() {
        return WriteOptions.STANDARD.clocks(this, this::nanos);
    }
}
