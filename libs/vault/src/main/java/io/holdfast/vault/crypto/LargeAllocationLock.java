package io.holdfast.vault.crypto;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** What takes a good part of the memory, one after the other. */
public final class LargeAllocationLock {
    private static final ReentrantLock TURN = new ReentrantLock();

    private LargeAllocationLock() {}

    /** @param what for the message if the caller is interrupted */
    public static <T> T take(String what, Supplier<T> work) {
        try {
            TURN.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw HoldfastException.of(FailureCode.CANCELLED, "stopped before " + what + " was read", e);
        }
        try {
            return work.get();
        } finally {
            TURN.unlock();
        }
    }
}
