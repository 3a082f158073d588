package io.holdfast.notifier.delivery;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps a slow or dead channel from taking all workers of this process: few may use one channel at a time, only one if its
 * last message failed, and after a failure, or if it asks for it, it is left alone for a while. A channel with a pace takes
 * one message at a time, and the next one not before the pace is over.
 */
@ApplicationScoped
class ChannelThrottle {
    private static final int AT_A_TIME = 2;
    private static final Duration BUSY = Duration.ofMillis(500);

    /** Turns are given for this time ahead; further callers ask again then. */
    private static final Duration LONGEST_QUEUE = Duration.ofSeconds(30);

    private final Clock clock;
    private final Map<String, Gate> gates = new HashMap<>();

    ChannelThrottle(Clock clock) {
        this.clock = clock;
    }

    private static final class Gate {
        private int inside;
        private boolean failing;
        private boolean failedInside;
        private Instant closedUntil = Instant.MIN;
        private Instant nextTurn = Instant.MIN;

        private int room(Duration pace) {
            return failing || !pace.isZero() ? 1 : AT_A_TIME;
        }

        /** Callers that wait for a pace come back one after the other, so that a long queue does not busy the workers. */
        private Duration turn(Instant now, Duration pace) {
            Duration closed = closedUntil.isAfter(now) ? Duration.between(now, closedUntil) : Duration.ZERO;
            boolean almostOpen = !closed.isZero() && closed.compareTo(pace.dividedBy(2)) <= 0;
            if (pace.isZero() || almostOpen) {
                return closed.isZero() ? BUSY : closed;
            }
            Instant earliest = now.plus(closed.isZero() ? BUSY : closed);
            Instant turn = nextTurn.isAfter(earliest) ? nextTurn : earliest;
            if (turn.isAfter(earliest.plus(LONGEST_QUEUE))) {
                return Duration.between(now, turn); // without a turn of its own: another process may send it meanwhile
            }
            nextTurn = turn.plus(pace);
            return Duration.between(now, turn);
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
        if (gate.closedUntil.isAfter(now) || gate.inside >= gate.room(pace)) {
            return Optional.of(gate.turn(now, pace));
        }
        gate.inside++;
        gate.failedInside = false;
        gate.closedUntil = now.plus(pace);
        return Optional.empty();
    }

    synchronized void leave(String channel) {
        Gate gate = gates.computeIfAbsent(channel, name -> new Gate());
        gate.inside--;
        gate.failing = gate.failedInside;
    }

    /** The message of a caller that is inside failed. */
    synchronized void close(String channel, Duration pause) {
        Gate gate = gates.computeIfAbsent(channel, name -> new Gate());
        gate.failedInside = true;
        gate.failing = true;
        Instant until = clock.instant().plus(pause);
        if (until.isAfter(gate.closedUntil)) {
            gate.closedUntil = until;
        }
    }
}
