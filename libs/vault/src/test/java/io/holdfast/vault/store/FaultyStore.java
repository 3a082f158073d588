package io.holdfast.vault.store;

import java.util.List;
import java.util.Optional;

/** A store that does to each call what a test wants. */
public class FaultyStore implements ObjectStore {
    protected final ObjectStore store;

    public FaultyStore(ObjectStore store) {
        this.store = store;
    }

    /** Called before anything is done; may throw. */
    protected void before(String verb, String key) {}

    /** Called after it was done, before the answer; may throw. */
    protected void after(String verb, String key) {}

    /** What a read answers; called with what there is. */
    protected byte[] got(String key, byte[] bytes) {
        return bytes;
    }

    @Override
    public void put(String key, byte[] bytes) {
        before("put", key);
        store.put(key, bytes);
        after("put", key);
    }

    @Override
    public boolean putIfAbsent(String key, byte[] bytes) {
        before("putIfAbsent", key);
        boolean created = store.putIfAbsent(key, bytes);
        after("putIfAbsent", key);
        return created;
    }

    @Override
    public Optional<byte[]> get(String key) {
        before("get", key);
        return store.get(key).map(bytes -> got(key, bytes));
    }

    @Override
    public Optional<byte[]> get(String key, long offset, int length) {
        before("get", key);
        return store.get(key, offset, length).map(bytes -> got(key, bytes));
    }

    @Override
    public Optional<StoredObject> head(String key) {
        before("head", key);
        return store.head(key);
    }

    @Override
    public ObjectListPage page(String prefix, String after) {
        before("page", prefix);
        return store.page(prefix, after);
    }

    @Override
    public List<String> folders(String prefix) {
        before("folders", prefix);
        return store.folders(prefix);
    }

    @Override
    public void delete(String key) {
        before("delete", key);
        store.delete(key);
    }

    @Override
    public StoreCapabilities abilities() {
        return store.abilities();
    }

    @Override
    public String describe() {
        return "faulty " + store.describe();
    }

    @Override
    public void close() {
        store.close();
    }
}
