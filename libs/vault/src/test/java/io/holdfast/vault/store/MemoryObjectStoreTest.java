package io.holdfast.vault.store;

final class MemoryObjectStoreTest extends ObjectStoreContract {
    @Override
    ObjectStore fresh() {
        return new MemoryObjectStore();
    }
}
