package io.holdfast.vault;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.core.VaultContext;
import io.holdfast.vault.crypto.KeyEncryptionKey;
import io.holdfast.vault.crypto.KeysetStore;
import io.holdfast.vault.crypto.KeysetType;
import io.holdfast.vault.crypto.ObjectSealer;
import io.holdfast.vault.crypto.VaultKeyProvider;
import io.holdfast.vault.format.KeyEscrow;
import io.holdfast.vault.format.VaultLayout;
import io.holdfast.vault.store.ObjectStore;
import java.security.GeneralSecurityException;
import java.util.Optional;

/** The care of a vault's keys: rotating them, and knowing that the key that opens them has a copy. */
public final class VaultKeyAdministration {
    private final VaultContext vault;
    private final KeyEncryptionKey kek;

    VaultKeyAdministration(VaultContext vault, KeyEncryptionKey kek) {
        this.vault = vault;
        this.kek = kek;
    }

    /** How many keys each keyset holds. */
    public record Counts(int data, int signing) {}

    /**
     * Adds a key for data and one for signatures, with which everything is written from now on. What was written before
     * stays as it is and stays readable; the key file stays the same. Who has the vault open meets the new keys with
     * the next backup, or at the first object that needs them. Names of chunks keep their key: nothing is stored again.
     */
    public Counts rotate() {
        KeysetStore files = new KeysetStore(vault.store(), vault.id(), kek);
        try {
            Counts counts = new Counts(files.rotate(KeysetType.DATA), files.rotate(KeysetType.SIGNING));
            vault.keys().refresh();
            return counts;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("keys cannot be made", e);
        }
    }

    /** The id of the key that this vault was opened with. */
    public String keyId() {
        return kek.id();
    }

    /**
     * Empty until somebody confirmed that there is a copy of the key that this vault was opened with; and if the note of it does
     * not open: confirming it again writes it anew, {@link Vault#checkAll} tells of it.
     */
    public Optional<KeyEscrow> escrow() {
        String key = VaultLayout.escrow(kek.id());
        try {
            return vault.sealed().read(key, KeyEscrow.class);
        } catch (HoldfastException holdfastException) {
            if (!ObjectSealer.isUnreadable(holdfastException)) {
                throw holdfastException;
            }
            return Optional.empty();
        }
    }

    /**
     * Confirms that this copy of the key opens the vault.
     *
     * @param copy as read back from where it is kept
     * @throws HoldfastException VAULT_KEY_WRONG if it is not
     */
    public KeyEscrow confirm(KeyEncryptionKey copy, String where) {
        VaultKeyProvider unused = VaultKeyProvider.open(store(), vault.id(), copy);
        if (!copy.id().equals(kek.id())) {
            throw HoldfastException.of(
                    FailureCode.VAULT_KEY_WRONG,
                    "the copy is key " + copy.id() + ", the vault was opened with key " + kek.id()
                            + "; copy the key file that is in use");
        }
        KeyEscrow escrow = new KeyEscrow(kek.id(), vault.grace().clock().instant(), where);
        String key = VaultLayout.escrow(kek.id());
        store().put(key, vault.sealer().seal(key, escrow));
        return escrow;
    }

    private ObjectStore store() {
        return vault.store();
    }
}
