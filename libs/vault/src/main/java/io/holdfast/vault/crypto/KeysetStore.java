package io.holdfast.vault.crypto;

import com.google.crypto.tink.Key;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.format.VaultLayout;
import io.holdfast.vault.store.ObjectStore;
import io.holdfast.vault.store.StoredObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Wrapped keysets in the store. None is ever overwritten: a rotation writes the next version, which holds all keys of
 * the one before and a new one. So of two rotations at once the slower starts over from the faster one's, and no key
 * that somebody has used already gets lost.
 */
public final class KeysetStore {
    /** Thousands of keys. */
    private static final int LARGEST = 1 << 20;

    private final ObjectStore store;
    private final UUID vault;
    private final KeyEncryptionKey kek;
    private final String folder;

    public KeysetStore(ObjectStore store, UUID vault, KeyEncryptionKey kek) {
        this(store, vault, kek, folder(store, kek));
    }

    private KeysetStore(ObjectStore store, UUID vault, KeyEncryptionKey kek, String folder) {
        this.store = store;
        this.vault = vault;
        this.kek = kek;
        this.folder = folder;
    }

    /** Those that a rewrapping to this key writes, be they complete or not. */
    static KeysetStore rewrapped(ObjectStore store, UUID vault, KeyEncryptionKey kek) {
        return new KeysetStore(store, vault, kek, VaultLayout.keysets(kek.id()));
    }

    /** Those that lie beside the folders: of the vault's first key. */
    static KeysetStore first(ObjectStore store, UUID vault, KeyEncryptionKey kek) {
        return new KeysetStore(store, vault, kek, VaultLayout.KEYS);
    }

    /** The names of chunks are wrapped last: where they are, the key has everything. */
    private static String folder(ObjectStore store, KeyEncryptionKey kek) {
        String own = VaultLayout.keysets(kek.id());
        return isComplete(store, own) ? own : VaultLayout.KEYS;
    }

    private static boolean isComplete(ObjectStore store, String folder) {
        return store.head(folder + KeysetType.CHUNK_ID.name(1) + VaultLayout.JSON)
                .isPresent();
    }

    /** Whether there are some, and this key wraps them. */
    boolean opens() {
        try {
            return names().stream().limit(1).map(this::read).findFirst().isPresent();
        } catch (HoldfastException holdfastException) {
            if (holdfastException.code() != FailureCode.VAULT_KEY_WRONG) {
                throw holdfastException;
            }
            return false;
        }
    }

    /** The latest version's number, 0 if there is none. */
    int latest(KeysetType keysetType) {
        return keysetType.latest(names());
    }

    /** Of all versions of all keysets. */
    List<String> names() {
        try (Stream<StoredObject> found = store.list(folder)) {
            return found.map(StoredObject::key)
                    .filter(key -> key.endsWith(VaultLayout.JSON))
                    .map(key -> key.substring(folder.length(), key.length() - VaultLayout.JSON.length()))
                    .filter(name ->
                            Arrays.stream(KeysetType.values()).anyMatch(keysetType -> keysetType.version(name) > 0))
                    .toList();
        }
    }

    private String place(String name) {
        return folder + name + VaultLayout.JSON;
    }

    KeysetHandle read(KeysetType keysetType, int version) {
        return read(keysetType.name(Math.max(version, 1)));
    }

    KeysetHandle read(String name) {
        return unwrap(wrapped(name), name);
    }

    private byte[] wrapped(String name) {
        byte[] wrapped = store.get(place(name), 0, LARGEST + 1).orElse(null);
        if (wrapped == null) {
            refuseRewrapped();
            throw HoldfastException.of(
                    FailureCode.VAULT_KEY_MISSING,
                    "vault " + store.describe() + ": " + place(name)
                            + " is not there; bring it back from the copy of the bucket, without it nothing can be read"
                            + " (a vault whose making was interrupted: run 'vault init' again)");
        }
        if (wrapped.length > LARGEST) {
            throw HoldfastException.of(
                    FailureCode.VAULT_KEY_MISSING,
                    "vault " + store.describe() + ": " + place(name)
                            + " has more bytes than any keyset; bring it back from the copy of the bucket");
        }
        return wrapped;
    }

    /** Makes the first version, or reads the one that is there. */
    KeysetHandle createOrRead(KeysetType keysetType) throws GeneralSecurityException {
        int latest = latest(keysetType);
        if (latest == 0) {
            refuseRewrapped();
            KeysetHandle fresh = KeysetHandle.generateNew(keysetType.parameters());
            if (write(keysetType, 1, fresh)) {
                return fresh;
            }
        }
        return read(keysetType, latest);
    }

    /**
     * Adds a key, with which everything is written from now on; those before still read. Returns how many there are.
     *
     * @throws HoldfastException VAULT_KEY_MISSING if a keyset is lost, whose place would be taken by another one
     */
    public int rotate(KeysetType keysetType) throws GeneralSecurityException {
        refuseLostData();
        while (true) {
            int latest = latest(keysetType);
            KeysetHandle next = KeysetHandle.newBuilder(read(keysetType, latest))
                    .addEntry(KeysetHandle.generateEntryFromParameters(keysetType.parameters())
                            .withRandomId()
                            .makePrimary())
                    .build();
            if (write(keysetType, latest + 1, next)) {
                return next.size();
            }
        }
    }

    private boolean write(KeysetType keysetType, int version, KeysetHandle handle) throws GeneralSecurityException {
        return write(keysetType.name(version), handle);
    }

    /** @return false if there is one already */
    private boolean write(String name, KeysetHandle handle) throws GeneralSecurityException {
        byte[] wrapped = TinkJsonProtoKeysetFormat.serializeEncryptedKeyset(
                        handle, kek.aead(), bound(name), RegistryConfiguration.get())
                .getBytes(StandardCharsets.UTF_8);
        return store.putIfAbsent(place(name), wrapped);
    }

    void remove(String name) {
        store.delete(place(name));
    }

    /**
     * Makes the latest version hold all of these keys: as this version if they are all that there are, and else by another
     * version that adds what is lacking. After a rewrapping that died there may be rotations in both places.
     */
    void adopt(KeysetType keysetType, int version, KeysetHandle keys) throws GeneralSecurityException {
        boolean adopted = false;
        while (!adopted) {
            int latest = latest(keysetType);
            adopted = latest == 0 ? write(keysetType, version, keys) : adopt(keysetType, version, keys, latest);
        }
    }

    private boolean adopt(KeysetType keysetType, int version, KeysetHandle keys, int latest)
            throws GeneralSecurityException {
        KeysetHandle present = read(keysetType, latest);
        List<Key> lacking = KeysetMerger.lacking(present, keys);
        if (lacking.isEmpty()) {
            return true;
        }
        if (keysetType == KeysetType.CHUNK_ID) {
            throw HoldfastException.of(
                    FailureCode.VAULT_KEY_WRONG,
                    "keyset " + place(keysetType.name(1))
                            + " is there under the new key already and is another one; use a" + " fresh key file");
        }
        boolean later = version > latest && KeysetMerger.lacking(keys, present).isEmpty();
        return later
                ? write(keysetType, version, keys)
                : write(keysetType, latest + 1, KeysetMerger.with(present, lacking));
    }

    /** Who has the keys still must not take for damaged what was written with others, under another key file. */
    void refuseIfElsewhere() {
        if (latest(KeysetType.CHUNK_ID) == 0) {
            refuseRewrapped();
        }
        List<String> others = others();
        if (!others.isEmpty()) {
            throw HoldfastException.of(
                    FailureCode.VAULT_UNKNOWN_FORMAT,
                    "vault " + store.describe() + " (id " + vault + "): something in it is written with keys that key "
                            + kek.id() + " does not have; its keysets are wrapped with " + String.join(" and ", others)
                            + ", too, since a rewrapping that did not end: run it again");
        }
    }

    /** Keysets that another key wraps since a rewrapping must not be taken for lost, nor replaced. */
    private void refuseRewrapped() {
        String own = VaultLayout.keysets(kek.id());
        if (!folder.equals(own) && isComplete(store, own)) {
            throw HoldfastException.of(
                    FailureCode.VAULT_KEY_WRONG,
                    "vault " + store.describe() + " (id " + vault + "): its keysets were wrapped again with key "
                            + kek.id() + " since it was opened; open it again (restart the service)");
        }
        List<String> others = others();
        if (!others.isEmpty()) {
            throw HoldfastException.of(
                    FailureCode.VAULT_KEY_WRONG,
                    "vault " + store.describe() + " (id " + vault + ") does not open with key " + kek.id()
                            + ": its keysets are wrapped with " + String.join(" or ", others)
                            + " since a rewrapping; bring that key file");
        }
    }

    /** The keys that wrap all keysets, in other places. */
    private List<String> others() {
        List<String> others = new ArrayList<>();
        if (!folder.equals(VaultLayout.KEYS) && isComplete(store, VaultLayout.KEYS)) {
            others.add("the vault's first key");
        }
        store.folders(VaultLayout.KEYS).stream()
                .filter(id -> !VaultLayout.keysets(id).equals(folder)
                        && !VaultLayout.keysets(id).equals(VaultLayout.ESCROWS))
                .filter(id -> isComplete(store, VaultLayout.keysets(id)))
                .forEach(id -> others.add("key " + id));
        return others;
    }

    /** The places of keysets that do not open or were changed, and of one that is missing, each with a message. */
    Map<String, String> damaged() {
        Map<String, String> damaged = new TreeMap<>();
        for (String name : names()) {
            try {
                byte[] wrapped = wrapped(name);
                if (!KeysetDescription.matches(wrapped, unwrap(wrapped, name))) {
                    damaged.put(
                            place(name),
                            place(name)
                                    + " opens, but its unencrypted description of the keys was changed; bring it back"
                                    + " from the copy of the bucket");
                }
            } catch (HoldfastException holdfastException) {
                if (holdfastException.code() != FailureCode.VAULT_KEY_WRONG
                        && holdfastException.code() != FailureCode.VAULT_KEY_MISSING) {
                    throw holdfastException;
                }
                damaged.put(place(name), holdfastException.reason().message());
            }
        }
        lostData()
                .ifPresent(name -> damaged.put(place(name), lost(name).reason().message()));
        return damaged;
    }

    /**
     * Called for an object that is encrypted with a key which no keyset holds.
     *
     * @throws HoldfastException VAULT_KEY_MISSING if a keyset for data is lost: then the object is not known to be damaged
     */
    void refuseLostData() {
        lostData().ifPresent(name -> {
            throw lost(name);
        });
    }

    /** A rotation writes the keyset for data first: one for signatures without it says that it is lost. */
    private Optional<String> lostData() {
        List<String> names = names();
        int signing = KeysetType.SIGNING.latest(names);
        return KeysetType.DATA.latest(names) < signing ? Optional.of(KeysetType.DATA.name(signing)) : Optional.empty();
    }

    /**
     * Called for a signature that no key verifies. A keyset for data without one for signatures is also left by a rotation that
     * was interrupted, but that signed nothing.
     *
     * @throws HoldfastException VAULT_KEY_MISSING if a keyset for signatures is lost and the signature is of an unknown key
     */
    void refuseLostSigning(byte[] signature) {
        List<String> names = names();
        int signing = KeysetType.SIGNING.latest(names);
        int data = KeysetType.DATA.latest(names);
        if (signing < data && VaultKeys.isOfUnknownKey(signature, read(KeysetType.SIGNING, signing))) {
            throw lost(KeysetType.SIGNING.name(data));
        }
    }

    private HoldfastException lost(String name) {
        return HoldfastException.of(
                FailureCode.VAULT_KEY_MISSING,
                "vault " + store.describe() + ": " + place(name)
                        + " is missing; bring it back from the copy of the bucket,"
                        + " without it nothing opens that was written since its rotation");
    }

    private KeysetHandle unwrap(byte[] wrapped, String name) {
        try {
            return TinkJsonProtoKeysetFormat.parseEncryptedKeyset(
                    new String(wrapped, StandardCharsets.UTF_8), kek.aead(), bound(name), RegistryConfiguration.get());
        } catch (GeneralSecurityException | RuntimeException e) { // Tink's parser fails with either for damaged JSON
            throw wrong(name, e);
        }
    }

    private HoldfastException wrong(String name, @Nullable Throwable cause) {
        return new HoldfastException(
                io.holdfast.contracts.FailureReason.of(
                        FailureCode.VAULT_KEY_WRONG,
                        "vault " + store.describe() + " (id " + vault + "): " + place(name) + " does not open with key "
                                + kek.id()
                                + "; use the vault's own key file, or bring the object back from the copy of the bucket"
                                + " if it was damaged"),
                cause);
    }

    /** A keyset moved to another name or another vault does not open. */
    private byte[] bound(String name) {
        return ("holdfast keyset " + vault + " " + name).getBytes(StandardCharsets.UTF_8);
    }
}
