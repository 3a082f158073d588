package io.holdfast.backup;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The service's clock in tests: the real one until a test moves it. */
@Singleton
public class MovableClock extends Clock {
    private final Clock machine = Clock.systemUTC();
    private volatile Duration offset = Duration.ZERO;

    /** From now on it is this time, and goes on. */
    public void moveTo(Instant time) {
        offset = Duration.between(machine.instant(), time);
    }

    public void reset() {
        offset = Duration.ZERO;
    }

    @Override
    public Instant instant() {
        return machine.instant().plus(offset);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return Clock.offset(Clock.system(zone), offset);
    }
}
