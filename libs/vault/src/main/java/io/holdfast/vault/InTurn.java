package io.holdfast.vault;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** What takes a good part of the memory, one after the other. */
final class InTurn {
    private static final ReentrantLock TURN = new ReentrantLock();

    private InTurn() {}

    /** @param what for the message if the caller is interrupted */
    static <T> T take(String what, Supplier<T> work) {
        try {
            TURN.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.of(FailureCode.CANCELLED, "stopped before " + what + " was read", e);
        }
        try {
            return work.get();
        } finally {
            TURN.unlock();
        }
    }
}
