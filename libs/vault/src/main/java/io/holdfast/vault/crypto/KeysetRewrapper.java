package io.holdfast.vault.crypto;

import com.google.crypto.tink.KeysetHandle;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.store.ObjectStore;
import java.security.GeneralSecurityException;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/**
 * Wraps the keysets with another key. They are written beside the old ones, then the old ones are removed: whoever dies in
 * between leaves a vault that the old key opens, or both, or the new one. A rotation that comes in between is taken along,
 * however late its keyset appears; and if both keys were used to rotate, the new one gets the keys of both.
 */
public final class KeysetRewrapper {
    private final ObjectStore store;
    private final UUID vault;
    private final KeyEncryptionKey old;
    private final KeyEncryptionKey next;

    public KeysetRewrapper(ObjectStore store, UUID vault, KeyEncryptionKey old, KeyEncryptionKey next) {
        if (old.id().equals(next.id())) {
            throw HoldfastException.of(
                    FailureCode.CONFIG_INVALID, "the new key is the old one, " + old.id() + "; name another key file");
        }
        this.store = store;
        this.vault = vault;
        this.old = old;
        this.next = next;
    }

    public int run() {
        requireOpen();
        KeysetStore to = KeysetStore.rewrapped(store, vault, next);
        KeysetStore first = KeysetStore.first(store, vault, old);
        try {
            int wrapped = move(KeysetStore.rewrapped(store, vault, old), to);
            wrapped += first.opens() ? move(first, to) : 0;
            // of somebody who goes back to the first key, after a rewrapping that died
            KeysetStore returned = KeysetStore.first(store, vault, next);
            wrapped += !to.names().isEmpty() && returned.opens() ? move(returned, to) : 0;
            VaultKeyProvider unused = VaultKeyProvider.open(store, vault, next);
            return wrapped;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("keysets cannot be wrapped", e);
        }
    }

    /** By one of the two keys, or nothing is touched. */
    private void requireOpen() {
        try {
            VaultKeyProvider unused = VaultKeyProvider.open(store, vault, old);
        } catch (HoldfastException holdfastException) {
            if (holdfastException.code() != FailureCode.VAULT_KEY_WRONG) {
                throw holdfastException;
            }
            requireDoneBefore(holdfastException);
        }
    }

    private void requireDoneBefore(HoldfastException holdfastException) {
        try {
            VaultKeyProvider unused = VaultKeyProvider.open(store, vault, next);
        } catch (HoldfastException neither) {
            throw neither.code() == FailureCode.VAULT_KEY_WRONG ? holdfastException : neither;
        }
    }

    private static int move(KeysetStore from, KeysetStore to) throws GeneralSecurityException {
        int wrapped = 0;
        for (List<String> names = from.names(); !names.isEmpty(); names = from.names()) {
            for (String name : chunkIdsLast(names)) {
                wrap(from, to, name);
            }
            // first what every opening needs: nobody begins to write with what the old key still wraps
            chunkIdsLast(names).reversed().forEach(from::remove);
            wrapped += names.size();
        }
        return wrapped;
    }

    private static void wrap(KeysetStore from, KeysetStore to, String name) throws GeneralSecurityException {
        KeysetType keysetType = KeysetType.of(name);
        KeysetHandle keys = from.read(name);
        to.adopt(keysetType, keysetType.version(name), keys);
        KeysetHandle there = to.read(keysetType, to.latest(keysetType));
        if (!KeysetMerger.lacking(there, keys).isEmpty()) {
            throw new IllegalStateException("keyset " + name + " was wrapped and lacks a key");
        }
    }

    /** Else earlier versions first. */
    private static List<String> chunkIdsLast(List<String> names) {
        return names.stream()
                .sorted(Comparator.<String>comparingInt(KeysetType.CHUNK_ID::version)
                        .thenComparingInt(name -> KeysetType.of(name).version(name)))
                .toList();
    }
}
