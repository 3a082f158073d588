package io.holdfast.vault.crypto;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.store.ObjectStore;
import java.util.Optional;

/** Sealed objects in their places. No more of one is fetched than it may have, whatever somebody put there. */
public final class SealedObjectReader {
    /** Nearly all are shorter, and may be read at once with others. */
    static final int SMALL = 1 << 20;

    private final ObjectStore store;
    private final ObjectSealer objectSealer;

    public SealedObjectReader(ObjectStore store, ObjectSealer objectSealer) {
        this.store = store;
        this.objectSealer = objectSealer;
    }

    /**
     * Empty if there is none.
     *
     * @throws HoldfastException MANIFEST_CORRUPT if it is not what the vault sealed there; VAULT_UNKNOWN_FORMAT if it is of a later
     *     version, or too large for this process
     */
    public <T> Optional<T> read(String key, Class<T> type) {
        Optional<byte[]> beginning = store.get(key, 0, SMALL + 1);
        if (beginning.isPresent() && beginning.get().length > SMALL) {
            return LargeAllocationLock.take(key, () -> whole(key).map(object -> objectSealer.open(key, object, type)));
        }
        return beginning.map(object -> objectSealer.open(key, object, type));
    }

    private Optional<byte[]> whole(String key) {
        long most =
                Math.min(objectSealer.limits().object(), objectSealer.limits().objectInMemory());
        Optional<byte[]> object = store.get(key, 0, (int) most + 1);
        if (object.isPresent() && object.get().length > most) {
            throw most == objectSealer.limits().object()
                    ? HoldfastException.about(
                            key,
                            FailureCode.MANIFEST_CORRUPT,
                            key
                                    + " has more bytes than anything that a vault seals; bring the object back from a copy of"
                                    + " the bucket")
                    : objectSealer.tooLarge(key, "more than " + most + " bytes");
        }
        return object;
    }
}
