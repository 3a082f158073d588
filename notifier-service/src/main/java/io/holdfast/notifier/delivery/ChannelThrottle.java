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
 * failure, or if it asks for it, it is left alone for a while. A channel with a pace takes one message at a time, and the
 * next one not before the pace is over.
 */
@ApplicationScoped
class ChannelThrottle {
    private static final int AT_A_TIME = 2;
    private static final Duration BUSY = Duration.ofMillis(500);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private final Clock clock;
    private final Map<String, Gate> gates = new HashMap<>();

    ChannelThrottle(Clock clock) {
        this.clock = clock;
    }

    private static final class Gate {
        private int inside;
        private Instant closedUntil = Instant.MIN;
        private Instant nextTurn = Instant.MIN;

        /** Callers that wait for a pace come back one after the other, so that a long queue does not busy the workers. */
        private Duration turn(Instant now, Duration pace) {
            Duration closed = closedUntil.isAfter(now) ? Duration.between(now, closedUntil) : Duration.ZERO;
            boolean almostOpen = !closed.isZero() && closed.compareTo(pace.dividedBy(2)) <= 0;
            if (pace.isZero() || almostOpen) {
                return closed.isZero() ? BUSY : closed;
            }
            Instant earliest = now.plus(closed.isZero() ? BUSY : closed);
            Instant turn = nextTurn.isAfter(earliest) ? nextTurn : earliest;
            nextTurn = turn.plus(pace);
            Duration wait = Duration.between(now, turn);
            return wait.compareTo(LONGEST_WAIT) > 0 && closed.compareTo(LONGEST_WAIT) < 0 ? LONGEST_WAIT : wait;
        }
    }

    /**
     * Empty if the caller may send now and must {@link #leave} afterwards; else how long to wait.
     *
     * @param pace the pause between two messages of the channel; zero for none
     */
    synchronized Optional<Duration> enter(String channel, Duration pace) {
        Gate gate = gates.computeIfAbsent(channel, name -> new Gate());
        Instant now = clock.instant();
        if (gate.closedUntil.isAfter(now) || gate.inside >= (pace.isZero() ? AT_A_TIME : 1)) {
            return Optional.of(gate.turn(now, pace));
        }
        gate.inside++;
        gate.closedUntil = now.plus(pace);
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
