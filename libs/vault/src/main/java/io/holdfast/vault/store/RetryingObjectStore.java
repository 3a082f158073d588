package io.holdfast.vault.store;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Repeats calls that failed in passing ({@code VAULT_UNREACHABLE}), a bounded number of times. A conditional write that
 * was carried out without an answer is recognised by the port's guarantee: its repetition finds its own bytes.
 */
public final class RetryingObjectStore implements ObjectStore {

    /** How to wait; tests do not. */
    @FunctionalInterface
    interface Pause {
        void pause(Duration length) throws InterruptedException;
    }

    private final ObjectStore store;
    private final RetryPolicy policy;
    private final Pause pause;

    public RetryingObjectStore(ObjectStore store, RetryPolicy policy) {
        this(store, policy, Thread::sleep);
    }

    RetryingObjectStore(ObjectStore store, RetryPolicy policy, Pause pause) {
        this.store = store;
        this.policy = policy;
        this.pause = pause;
    }

    @Override
    public void put(String key, byte[] bytes) {
        retry(() -> {
            store.put(key, bytes);
            return true;
        });
    }

    @Override
    public boolean putIfAbsent(String key, byte[] bytes) {
        return retry(() -> store.putIfAbsent(key, bytes));
    }

    @Override
    public boolean putLocked(String key, byte[] bytes) {
        return retry(() -> store.putLocked(key, bytes));
    }

    @Override
    public Optional<byte[]> get(String key) {
        return retry(() -> store.get(key));
    }

    @Override
    public Optional<byte[]> get(String key, long offset, int length) {
        return retry(() -> store.get(key, offset, length));
    }

    @Override
    public Optional<StoredObject> head(String key) {
        return retry(() -> store.head(key));
    }

    @Override
    public ObjectListPage page(String prefix, String after) {
        return retry(() -> store.page(prefix, after));
    }

    @Override
    public List<String> folders(String prefix) {
        return retry(() -> store.folders(prefix));
    }

    @Override
    public void delete(String key) {
        retry(() -> {
            store.delete(key);
            return true;
        });
    }

    @Override
    public StoreCapabilities abilities() {
        return retry(store::abilities);
    }

    @Override
    public String describe() {
        return store.describe();
    }

    @Override
    public void close() {
        store.close();
    }

    private <T> T retry(Supplier<T> call) {
        for (int attempt = 1; ; attempt++) {
            try {
                return call.get();
            } catch (HoldfastException holdfastException) {
                if (holdfastException.code() != FailureCode.VAULT_UNREACHABLE || attempt >= policy.attempts()) {
                    throw holdfastException;
                }
                waitAfter(attempt);
            }
        }
    }

    private void waitAfter(int attempt) {
        try {
            pause.pause(policy.pauseAfter(attempt));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw HoldfastException.of(
                    FailureCode.CANCELLED, "stopped while waiting to try " + describe() + " again", e);
        }
    }
}
