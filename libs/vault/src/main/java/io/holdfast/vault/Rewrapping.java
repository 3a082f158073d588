package io.holdfast.vault;

import com.google.crypto.tink.KeysetHandle;
import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.vault.store.ObjectStore;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.UUID;

/**
 * Wraps the keysets with another key. They are written beside the old ones, then the old ones are removed: whoever dies in
 * between leaves a vault that the old key opens, or both, or the new one. A rotation that comes in between is taken along,
 * however late its keyset appears.
 */
final class Rewrapping {
    private final ObjectStore store;
    private final UUID vault;
    private final KeyEncryptionKey old;
    private final KeyEncryptionKey next;

    Rewrapping(ObjectStore store, UUID vault, KeyEncryptionKey old, KeyEncryptionKey next) {
        if (old.id().equals(next.id())) {
            throw Failure.of(
                    FailureCode.CONFIG_INVALID, "the new key is the old one, " + old.id() + "; name another key file");
        }
        this.store = store;
        this.vault = vault;
        this.old = old;
        this.next = next;
    }

    int run() {
        KeysetFiles own = KeysetFiles.rewrapped(store, vault, old);
        KeysetFiles from = own.names().isEmpty() ? new KeysetFiles(store, vault, old) : own;
        KeysetFiles to = KeysetFiles.rewrapped(store, vault, next);
        int wrapped = 0;
        try {
            for (List<String> names = from.names(); !names.isEmpty(); names = from.names()) {
                for (String name : chunkIdsLast(names)) {
                    wrap(from, to, name);
                }
                // first what every opening needs: nobody begins to write with what the old key still wraps
                chunkIdsLast(names).reversed().forEach(from::remove);
                wrapped += names.size();
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("keysets cannot be wrapped", e);
        }
        KeyRing unused = KeyRing.open(store, vault, next);
        return wrapped;
    }

    private static void wrap(KeysetFiles from, KeysetFiles to, String name) throws GeneralSecurityException {
        KeysetHandle keys = from.read(name);
        boolean unused = to.write(name, keys);
        if (!to.read(name).equalsKeyset(keys)) {
            throw Failure.of(
                    FailureCode.VAULT_KEY_WRONG,
                    "keyset " + name + " is there under the new key already and is another one; use a fresh key file");
        }
    }

    private static List<String> chunkIdsLast(List<String> names) {
        return names.stream()
                .sorted((a, b) -> Integer.compare(Keyset.CHUNK_ID.version(a), Keyset.CHUNK_ID.version(b)))
                .toList();
    }
}
