package io.holdfast.verifier.drill;

import io.holdfast.vault.store.ObjectListPage;
import io.holdfast.vault.store.ObjectStore;
import io.holdfast.vault.store.StoredObject;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A vault's objects as they would read if some of them were other ones. Nothing is written to the store: what is written
 * here is forgotten.
 */
final class TamperedStore implements ObjectStore {
    private final ObjectStore store;
    private final Map<String, byte[]> others = new ConcurrentHashMap<>();

    TamperedStore(ObjectStore store) {
        this.store = store;
    }

    /** @param bytes of the object from now on */
    TamperedStore with(String key, byte[] bytes) {
        others.put(key, bytes.clone());
        return this;
    }

    @Override
    public void put(String key, byte[] bytes) {
        // forgotten
    }

    @Override
    public boolean putIfAbsent(String key, byte[] bytes) {
        return false; // a note of a damaged chunk is not written
    }

    @Override
    public Optional<byte[]> get(String key) {
        byte[] other = others.get(key);
        return other == null ? store.get(key) : Optional.of(other.clone());
    }

    @Override
    public Optional<byte[]> get(String key, long offset, int length) {
        byte[] other = others.get(key);
        if (other == null) {
            return store.get(key, offset, length);
        }
        int from = (int) Math.min(offset, other.length);
        return Optional.of(Arrays.copyOfRange(other, from, Math.min(other.length, from + length)));
    }

    @Override
    public Optional<StoredObject> head(String key) {
        return store.head(key);
    }

    @Override
    public ObjectListPage page(String prefix, String after) {
        return store.page(prefix, after);
    }

    @Override
    public List<String> folders(String prefix) {
        return store.folders(prefix);
    }

    @Override
    public void delete(String key) {
        // forgotten
    }

    @Override
    public String describe() {
        return store.describe();
    }

    @Override
    public void close() {
        // the store is the vault's
    }
}
