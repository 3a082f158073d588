package io.holdfast.engine.support;

import java.util.function.LongSupplier;

/**
 * Bytes per second over all readers together: a token bucket that holds at most a tenth of a second's worth. Whoever
 * takes more than there is waits for as long as the debt lasts, and so does the server behind its socket.
 */
public final class RateLimit {
    /** Readers ask for this many bytes at once, so that asking costs nothing. */
    public static final int STEP = 64 * 1024;

    private static final double NANOS = 1e9;

    private final long bytesPerSecond;
    private final LongSupplier clock;
    private long freeAt;

    /** @param bytesPerSecond 0: no limit */
    public RateLimit(long bytesPerSecond, LongSupplier nanoClock) {
        this.bytesPerSecond = bytesPerSecond;
        this.clock = nanoClock;
        this.freeAt = nanoClock.getAsLong();
    }

    /** Waits until so many bytes more may be read. */
    public void take(long bytes) throws InterruptedException {
        long wait = reserve(bytes);
        if (wait > 0) {
            Thread.sleep(wait / 1_000_000, (int) (wait % 1_000_000));
        }
    }

    /** How long the taker must wait, in nanoseconds. */
    synchronized long reserve(long bytes) {
        if (bytesPerSecond == 0) {
            return 0;
        }
        long now = clock.getAsLong();
        freeAt = Math.max(freeAt, now - (long) (NANOS / 10));
        freeAt += (long) (bytes * NANOS / bytesPerSecond);
        return Math.max(0, freeAt - now);
    }
}
