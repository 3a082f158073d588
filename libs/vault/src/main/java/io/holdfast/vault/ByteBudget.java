package io.holdfast.vault;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/** Bytes that may be in memory at once; who wants more waits, in order of arrival. */
final class ByteBudget {
    private final Semaphore free;
    private final int size;
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong peak = new AtomicLong();

    ByteBudget(long bytes) {
        size = (int) Math.min(bytes, Integer.MAX_VALUE);
        free = new Semaphore(size, true);
    }

    int size() {
        return size;
    }

    void take(int bytes) {
        try {
            free.acquire(bytes);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.of(FailureCode.CANCELLED, "stopped while waiting for memory", e);
        }
        long now = used.addAndGet(bytes);
        peak.accumulateAndGet(now, Math::max);
    }

    void giveBack(int bytes) {
        used.addAndGet(-bytes);
        free.release(bytes);
    }

    long peak() {
        return peak.get();
    }
}
