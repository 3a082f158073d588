package io.holdfast.vault.crypto;

import com.google.crypto.tink.Aead;

/** Wraps the vault's keysets: from a {@link KeyFile}, or any KMS that Tink speaks to. */
public final class KeyEncryptionKey {
    private final String id;
    private final Aead aead;

    private KeyEncryptionKey(String id, Aead aead) {
        this.id = id;
        this.aead = aead;
    }

    /** @param id tells this key from others and nothing about it; letters, digits and dashes */
    public static KeyEncryptionKey of(String id, Aead aead) {
        if (!id.matches("[A-Za-z0-9-]+")) {
            throw new IllegalArgumentException("\"" + id + "\" is no id of a key");
        }
        return new KeyEncryptionKey(id, aead);
    }

    /** Of a key file: 32 digits of a hash of the key. */
    public String id() {
        return id;
    }

    Aead aead() {
        return aead;
    }

    @Override
    public String toString() {
        return "KeyEncryptionKey " + id;
    }
}
