package io.holdfast.vault.crypto;

import com.google.crypto.tink.KeysetHandle;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.store.ObjectStore;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The keys that an open vault works with. Somebody else may rotate them meanwhile: what does not open with the present
 * ones is a reason to look for newer ones.
 */
public final class VaultKeyProvider {
    private record Held(VaultKeys keys, int data, int signing) {}

    private final @Nullable KeysetStore files;
    private final String where;
    private volatile Held held;

    private VaultKeyProvider(@Nullable KeysetStore files, String where, Held held) {
        this.files = files;
        this.where = where;
        this.held = held;
    }

    /** Keys that nobody rotates. */
    static VaultKeyProvider fixed(VaultKeys keys) {
        return new VaultKeyProvider(null, "", new Held(keys, 1, 1));
    }

    /** Makes the keysets that are missing; adopts those that are there. */
    public static VaultKeyProvider createOrAdopt(ObjectStore store, UUID vault, KeyEncryptionKey kek) {
        KeysetStore files = new KeysetStore(store, vault, kek);
        try {
            for (KeysetType keysetType : KeysetType.values()) {
                KeysetHandle unused = files.createOrRead(keysetType);
            }
        } catch (GeneralSecurityException e) {
            throw otherKind(store.describe(), e);
        }
        return open(store, vault, kek);
    }

    public static VaultKeyProvider open(ObjectStore store, UUID vault, KeyEncryptionKey kek) {
        KeysetStore files = new KeysetStore(store, vault, kek);
        return new VaultKeyProvider(files, store.describe(), load(files, files.names(), store.describe()));
    }

    public VaultKeys keys() {
        return held.keys();
    }

    /**
     * What any of the keys encrypted. A newer key is looked for only if the object says that it is of one: so thousands of
     * damaged objects do not cost as many listings.
     */
    public byte[] decrypt(byte[] encrypted, byte[] bound) throws GeneralSecurityException {
        try {
            return decryptListed(encrypted, bound);
        } catch (GeneralSecurityException e) {
            if (keys().lackTheKeyOf(encrypted)) {
                refuseIfElsewhere();
                refuseLostData();
            }
            throw e;
        }
    }

    /** The same for what a manifest lists that was opened: its keys are not newer than the manifest's, so they are held. */
    public byte[] decryptListed(byte[] encrypted, byte[] bound) throws GeneralSecurityException {
        VaultKeys seen = keys();
        try {
            return seen.data().decrypt(encrypted, bound);
        } catch (GeneralSecurityException e) {
            if (!seen.lackTheKeyOf(encrypted) || !newerThan(seen)) {
                throw e;
            }
            return decryptListed(encrypted, bound);
        }
    }

    /** Looks for keys that were added since; says whether there are some. */
    public synchronized boolean refresh() {
        if (files == null) {
            return false;
        }
        List<String> names = files.names();
        if (KeysetType.DATA.latest(names) <= held.data() && KeysetType.SIGNING.latest(names) <= held.signing()) {
            return false;
        }
        held = load(files, names, where);
        return true;
    }

    /**
     * The same for who failed with these keys: another thread may have found newer ones meanwhile.
     *
     * @throws HoldfastException VAULT_KEY_WRONG if the keys are wrapped for another key file since a rewrapping; VAULT_UNKNOWN_FORMAT if
     *     there are some for this one and for another, since one that did not end
     */
    public boolean refresh(VaultKeys seen) {
        if (newerThan(seen)) {
            return true;
        }
        refuseIfElsewhere();
        return false;
    }

    private synchronized boolean newerThan(VaultKeys seen) {
        return refresh() || !held.keys().equals(seen);
    }

    /**
     * The keysets that do not open or were changed, and one that is missing, each with a message. While one is missing, what
     * its keys wrote does not open.
     */
    public Map<String, String> damagedKeysets() {
        return files == null ? Map.of() : files.damaged();
    }

    /**
     * Called for a signature that no key verifies, in an object that was encrypted with the vault's keys.
     *
     * @throws HoldfastException VAULT_KEY_MISSING if a key that is lost may have signed it
     */
    void refuseLostSigning(byte[] signature) {
        if (files != null) {
            files.refuseLostSigning(signature);
        }
    }

    private void refuseLostData() {
        if (files != null) {
            files.refuseLostData();
        }
    }

    private void refuseIfElsewhere() {
        if (files != null) {
            files.refuseIfElsewhere();
        }
    }

    private static Held load(KeysetStore files, List<String> names, String where) {
        int data = KeysetType.DATA.latest(names);
        int signing = KeysetType.SIGNING.latest(names);
        try {
            VaultKeys keys = VaultKeys.of(
                    files.read(KeysetType.CHUNK_ID, 1),
                    files.read(KeysetType.DATA, data),
                    files.read(KeysetType.SIGNING, signing));
            return new Held(keys, data, signing);
        } catch (GeneralSecurityException e) {
            throw otherKind(where, e);
        }
    }

    private static HoldfastException otherKind(String where, GeneralSecurityException e) {
        return HoldfastException.of(
                FailureCode.VAULT_UNKNOWN_FORMAT, "vault " + where + ": its keys are of another kind", e);
    }
}
