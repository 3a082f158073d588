package io.holdfast.vault;

import com.google.crypto.tink.Aead;

/** Wraps the vault's keysets: from a {@link KeyFile}, or any KMS that Tink speaks to. */
public final class KeyEncryptionKey {
    private final Aead aead;

    private KeyEncryptionKey(Aead aead) {
        this.aead = aead;
    }

    public static KeyEncryptionKey of(Aead aead) {
        return new KeyEncryptionKey(aead);
    }

    Aead aead() {
        return aead;
    }

    @Override
    public String toString() {
        return "KeyEncryptionKey";
    }
}
