package io.holdfast.engine.d1.client;

import io.holdfast.contracts.FailureCode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The Time Travel restores of one database: D1 allows ten in ten minutes. Counts those of this process; a refusal by D1 shows those
 * of others, and is tried again after {@link #PAUSE}. Thread-safe.
 */
public final class TimeTravelLimit {
    /** The longest wait of one restore: after it, none of the ten counts any more. */
    public static final Duration LONGEST_WAIT = Duration.ofMinutes(11);

    static final int MOST = 10;
    static final Duration WINDOW = Duration.ofMinutes(10);
    static final Duration PAUSE = Duration.ofMinutes(1);

    private static final Map<D1Address, TimeTravelLimit> ALL = new ConcurrentHashMap<>();

    private final Deque<Instant> taken = new ArrayDeque<>();
    private Instant refusedUntil = Instant.MIN;

    static TimeTravelLimit of(D1Address address) {
        return ALL.computeIfAbsent(address, key -> new TimeTravelLimit());
    }

    /** Returns from when on the next restore is possible; at the earliest now. */
    synchronized Instant next(Instant now) {
        while (!taken.isEmpty() && !taken.getFirst().plus(WINDOW).isAfter(now)) {
            taken.removeFirst();
        }
        Instant free = taken.size() < MOST ? now : taken.getFirst().plus(WINDOW);
        return free.isAfter(refusedUntil) ? free : refusedUntil;
    }

    synchronized void count(Instant now) {
        taken.addLast(now);
    }

    /** D1 refused the restore that was counted last. */
    synchronized void refused(Instant now) {
        taken.pollLast();
        refusedUntil = now.plus(PAUSE);
    }

    /** The restore that was counted last failed: unless its outcome is unknown, D1 has not counted it. */
    synchronized void notTaken(FailureCode failure) {
        if (failure != FailureCode.SOURCE_UNREACHABLE) {
            taken.pollLast();
        }
    }

    /** Returns the message for a user. */
    public static String message(String database, Instant next) {
        return database + ": D1 allows " + MOST + " Time Travel restores of a database in " + WINDOW.toMinutes()
                + " minutes; the next one is possible from " + next.truncatedTo(ChronoUnit.SECONDS)
                + ". Nothing was changed; try again then";
    }
}
