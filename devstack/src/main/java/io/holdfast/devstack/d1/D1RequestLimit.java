package io.holdfast.devstack.d1;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;

/** So many requests of a token in five minutes; one more blocks every request of the token for five minutes. */
final class D1RequestLimit {
    static final int DEFAULT = 1200;
    static final Duration WINDOW = Duration.ofMinutes(5);

    private final InstantSource clock;
    private final Deque<Instant> taken = new ArrayDeque<>();
    private Instant blockedUntil = Instant.MIN;

    D1RequestLimit(InstantSource clock) {
        this.clock = clock;
    }

    /** @return how long the token is blocked; zero if the request is taken */
    synchronized Duration take(int limit, Duration block) {
        Instant now = clock.instant();
        if (now.isBefore(blockedUntil)) {
            return Duration.between(now, blockedUntil);
        }
        while (!taken.isEmpty() && !taken.getFirst().isAfter(now.minus(WINDOW))) {
            taken.removeFirst();
        }
        if (taken.size() >= limit) {
            blockedUntil = now.plus(block);
            taken.clear();
            return block;
        }
        taken.addLast(now);
        return Duration.ZERO;
    }

    /** The header of every answer: what is left, and in how many seconds all of it is back. */
    synchronized String header(int limit) {
        return "\"default\";r=" + Math.max(0, limit - taken.size()) + ";t=" + WINDOW.toSeconds();
    }
}
