package io.holdfast.vault;

import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.vault.store.ObjectStore;
import io.holdfast.vault.store.StoredObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Wrapped keysets in the store. None is ever overwritten: a rotation writes the next version, which holds all keys of
 * the one before and a new one. So of two rotations at once the slower starts over from the faster one's, and no key
 * that somebody has used already gets lost.
 */
final class KeysetFiles {
    private final ObjectStore store;
    private final UUID vault;
    private final KeyEncryptionKey kek;

    KeysetFiles(ObjectStore store, UUID vault, KeyEncryptionKey kek) {
        this.store = store;
        this.vault = vault;
        this.kek = kek;
    }

    /** The latest version's number, 0 if there is none. */
    int latest(Keyset keyset) {
        String prefix = Layout.KEYS;
        try (Stream<StoredObject> found = store.list(prefix)) {
            return found.map(StoredObject::key)
                    .filter(key -> key.endsWith(Layout.JSON))
                    .map(key -> key.substring(prefix.length(), key.length() - Layout.JSON.length()))
                    .mapToInt(keyset::version)
                    .max()
                    .orElse(0);
        }
    }

    KeysetHandle read(Keyset keyset, int version) {
        String name = keyset.name(Math.max(version, 1));
        byte[] wrapped = store.get(Layout.keyset(name)).orElse(null);
        if (wrapped == null) {
            throw Failure.of(
                    FailureCode.VAULT_KEY_MISSING,
                    "vault " + store.describe() + ": " + Layout.keyset(name)
                            + " is not there; bring it back from the copy of the bucket, without it nothing can be read"
                            + " (a vault whose making was interrupted: run 'vault init' again)");
        }
        return unwrap(wrapped, name);
    }

    /** Makes the first version, or reads the one that is there. */
    KeysetHandle createOrRead(Keyset keyset) throws GeneralSecurityException {
        int latest = latest(keyset);
        if (latest == 0) {
            KeysetHandle fresh = KeysetHandle.generateNew(keyset.parameters());
            if (write(keyset, 1, fresh)) {
                return fresh;
            }
        }
        return read(keyset, latest);
    }

    /** Adds a key, with which everything is written from now on; those before still read. Returns how many there are. */
    int rotate(Keyset keyset) throws GeneralSecurityException {
        while (true) {
            int latest = latest(keyset);
            KeysetHandle next = KeysetHandle.newBuilder(read(keyset, latest))
                    .addEntry(KeysetHandle.generateEntryFromParameters(keyset.parameters())
                            .withRandomId()
                            .makePrimary())
                    .build();
            if (write(keyset, latest + 1, next)) {
                return next.size();
            }
        }
    }

    private boolean write(Keyset keyset, int version, KeysetHandle handle) throws GeneralSecurityException {
        String name = keyset.name(version);
        byte[] wrapped = TinkJsonProtoKeysetFormat.serializeEncryptedKeyset(
                        handle, kek.aead(), bound(name), RegistryConfiguration.get())
                .getBytes(StandardCharsets.UTF_8);
        return store.putIfAbsent(Layout.keyset(name), wrapped);
    }

    private KeysetHandle unwrap(byte[] wrapped, String name) {
        try {
            return TinkJsonProtoKeysetFormat.parseEncryptedKeyset(
                    new String(wrapped, StandardCharsets.UTF_8), kek.aead(), bound(name), RegistryConfiguration.get());
        } catch (GeneralSecurityException e) {
            throw wrong(name, e);
        }
    }

    private Failure wrong(String name, @Nullable Throwable cause) {
        return new Failure(
                io.holdfast.contracts.FailureReason.of(
                        FailureCode.VAULT_KEY_WRONG,
                        "vault " + store.describe() + " (id " + vault + "): " + Layout.keyset(name)
                                + " does not open with this key; use the key file that the vault was made with"),
                cause);
    }

    /** A keyset moved to another name or another vault does not open. */
    private byte[] bound(String name) {
        return ("holdfast keyset " + vault + " " + name).getBytes(StandardCharsets.UTF_8);
    }
}
