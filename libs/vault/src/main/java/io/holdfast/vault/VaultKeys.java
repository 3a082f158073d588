package io.holdfast.vault;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.Parameters;
import com.google.crypto.tink.PublicKeySign;
import com.google.crypto.tink.PublicKeyVerify;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import com.google.crypto.tink.prf.PredefinedPrfParameters;
import com.google.crypto.tink.prf.PrfConfig;
import com.google.crypto.tink.prf.PrfSet;
import com.google.crypto.tink.signature.PredefinedSignatureParameters;
import com.google.crypto.tink.signature.SignatureConfig;
import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.vault.store.ObjectStore;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The vault's three keysets, unwrapped.
 *
 * @param chunkIds names chunks; never rotated, since another key would make every chunk a new one
 * @param data encrypts chunks and sealed objects
 */
record VaultKeys(PrfSet chunkIds, Aead data, PublicKeySign sign, PublicKeyVerify verify) {
    static {
        register();
    }

    private enum Keyset {
        /** First: who wins this one writes the others, so two keys can never share a vault. */
        CHUNK_ID("chunk-id", PredefinedPrfParameters.HMAC_SHA256_PRF),
        DATA("data", PredefinedAeadParameters.AES256_GCM),
        SIGNING("signing", PredefinedSignatureParameters.ED25519);

        private final String file;
        private final Parameters parameters;

        Keyset(String file, Parameters parameters) {
            this.file = file;
            this.parameters = parameters;
        }
    }

    static void register() {
        try {
            AeadConfig.register();
            PrfConfig.register();
            SignatureConfig.register();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM lacks the vault's algorithms", e);
        }
    }

    /** Makes the keysets that are missing; adopts those that are there. */
    static VaultKeys createOrAdopt(ObjectStore store, UUID vault, KeyEncryptionKey kek) {
        return load(store, vault, kek, true);
    }

    static VaultKeys open(ObjectStore store, UUID vault, KeyEncryptionKey kek) {
        return load(store, vault, kek, false);
    }

    private static VaultKeys load(ObjectStore store, UUID vault, KeyEncryptionKey kek, boolean create) {
        try {
            var config = RegistryConfiguration.get();
            PrfSet chunkIds = keyset(Keyset.CHUNK_ID, store, vault, kek, create).getPrimitive(config, PrfSet.class);
            Aead data = keyset(Keyset.DATA, store, vault, kek, create).getPrimitive(config, Aead.class);
            KeysetHandle signing = keyset(Keyset.SIGNING, store, vault, kek, create);
            return new VaultKeys(
                    chunkIds,
                    data,
                    signing.getPrimitive(config, PublicKeySign.class),
                    signing.getPublicKeysetHandle().getPrimitive(config, PublicKeyVerify.class));
        } catch (GeneralSecurityException e) {
            throw Failure.of(
                    FailureCode.VAULT_UNKNOWN_FORMAT,
                    "vault " + store.describe() + ": its keys are of another kind",
                    e);
        }
    }

    private static KeysetHandle keyset(
            Keyset keyset, ObjectStore store, UUID vault, KeyEncryptionKey kek, boolean create)
            throws GeneralSecurityException {
        String key = Layout.keyset(keyset.file);
        byte[] wrapped = store.get(key).orElse(null);
        if (wrapped == null && create) {
            byte[] fresh = wrap(KeysetHandle.generateNew(keyset.parameters), kek, vault, keyset);
            wrapped = store.putIfAbsent(key, fresh) ? fresh : store.get(key).orElse(null);
        }
        return unwrap(wrapped, kek, vault, keyset, store.describe());
    }

    private static byte[] wrap(KeysetHandle handle, KeyEncryptionKey kek, UUID vault, Keyset keyset)
            throws GeneralSecurityException {
        return TinkJsonProtoKeysetFormat.serializeEncryptedKeyset(
                        handle, kek.aead(), bound(vault, keyset), RegistryConfiguration.get())
                .getBytes(StandardCharsets.UTF_8);
    }

    private static KeysetHandle unwrap(
            byte @Nullable [] wrapped, KeyEncryptionKey kek, UUID vault, Keyset keyset, String where) {
        if (wrapped == null) {
            throw Failure.of(
                    FailureCode.VAULT_KEY_MISSING,
                    "vault " + where + ": " + Layout.keyset(keyset.file)
                            + " is not there; bring it back from the copy of the bucket, without it nothing can be read"
                            + " (a vault whose making was interrupted: run 'vault init' again)");
        }
        try {
            return TinkJsonProtoKeysetFormat.parseEncryptedKeyset(
                    new String(wrapped, StandardCharsets.UTF_8),
                    kek.aead(),
                    bound(vault, keyset),
                    RegistryConfiguration.get());
        } catch (GeneralSecurityException e) {
            throw Failure.of(
                    FailureCode.VAULT_KEY_WRONG,
                    "vault " + where + " (id " + vault + "): " + Layout.keyset(keyset.file)
                            + " does not open with this key; use the key file that the vault was made with",
                    e);
        }
    }

    /** A keyset moved to another name or another vault does not open. */
    private static byte[] bound(UUID vault, Keyset keyset) {
        return ("holdfast keyset " + vault + " " + keyset.file).getBytes(StandardCharsets.UTF_8);
    }

    /** Names and counts only. */
    @Override
    public String toString() {
        return "VaultKeys";
    }
}
