package io.holdfast.vault.write;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Bytes that may be in memory at once; who wants more waits, in order of arrival. */
final class ByteBudget {
    private volatile long size;
    private final Semaphore turn = new Semaphore(1, true);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition givenBack = lock.newCondition();
    private long used;
    private long peak;

    ByteBudget(long bytes) {
        size = bytes;
    }

    void size(long bytes) {
        size = bytes;
    }

    long size() {
        return size;
    }

    void take(int bytes) {
        try {
            turn.acquire();
            try {
                takeInTurn(bytes);
            } finally {
                turn.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw HoldfastException.of(FailureCode.CANCELLED, "stopped while waiting for memory", e);
        }
    }

    private void takeInTurn(int bytes) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (bytes > size - used) {
                givenBack.await();
            }
            used += bytes;
            peak = Math.max(peak, used);
        } finally {
            lock.unlock();
        }
    }

    void giveBack(int bytes) {
        lock.lock();
        try {
            used -= bytes;
            givenBack.signalAll();
        } finally {
            lock.unlock();
        }
    }

    long peak() {
        lock.lock();
        try {
            return peak;
        } finally {
            lock.unlock();
        }
    }
}
