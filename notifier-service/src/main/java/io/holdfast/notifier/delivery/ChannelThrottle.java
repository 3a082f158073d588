package io.holdfast.notifier.delivery;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps a slow or dead channel from taking all workers of this process: few may use one channel at a time, and after a
 * failure, or if it asks for it, it is left alone for a while.
 */
@ApplicationScoped
class ChannelThrottle {
    private static final int AT_A_TIME = 2;
    private static final Duration BUSY = Duration.ofMillis(500);

    private final Clock clock;
    private final Map<String, Gate> gates = new HashMap<>();

    ChannelThrottle(Clock clock) {
        this.clock = clock;
    }

    private static final class Gate {
        private int inside;
        private Instant closedUntil = Instant.MIN;
    }

    /** Empty if the caller may send now and must {@link #leave} afterwards; else how long to wait. */
    synchronized Optional<Duration> enter(String channel) {
        Gate gate = gates.computeIfAbsent(channel, name -> new Gate());
        Instant now = clock.instant();
        if (gate.closedUntil.isAfter(now)) {
            return Optional.of(Duration.between(now, gate.closedUntil));
        }
        if (gate.inside == AT_A_TIME) {
            return Optional.of(BUSY);
        }
        gate.inside++;
        return Optional.empty();
    }

    synchronized void leave(String channel) {
        gates.computeIfAbsent(channel, name -> new Gate()).inside--;
    }

    synchronized void close(String channel, Duration pause) {
        Gate gate = gates.computeIfAbsent(channel, name -> new Gate());
        Instant until = clock.instant().plus(pause);
        if (until.isAfter(gate.closedUntil)) {
            gate.closedUntil = until;
        }
    }
}
