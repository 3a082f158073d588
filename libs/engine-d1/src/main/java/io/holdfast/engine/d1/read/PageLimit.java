package io.holdfast.engine.d1.read;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.support.RateLimit;

/**
 * How much is read at once, and how fast.
 *
 * @param bytes of a page, about; D1's own limit of an answer is not certain
 * @param rate of all bytes
 */
public record PageLimit(long bytes, RateLimit rate) {
    /** Below 10 MB, with room for what JSON adds. */
    public static final long DEFAULT = 9_500_000;

    /** Waits until so many bytes may have been read. */
    void take(long read) {
        try {
            rate.take(read);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw HoldfastException.of(FailureCode.CANCELLED, "reading of a D1 database was cancelled", e);
        }
    }
}
