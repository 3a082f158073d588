package io.holdfast.vault;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.PublicKeySign;
import com.google.crypto.tink.PublicKeyVerify;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.prf.PrfConfig;
import com.google.crypto.tink.prf.PrfSet;
import com.google.crypto.tink.signature.SignatureConfig;
import java.security.GeneralSecurityException;

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

    static void register() {
        try {
            AeadConfig.register();
            PrfConfig.register();
            SignatureConfig.register();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM lacks the vault's algorithms", e);
        }
    }

    static VaultKeys of(KeysetHandle chunkIds, KeysetHandle data, KeysetHandle signing)
            throws GeneralSecurityException {
        var config = RegistryConfiguration.get();
        return new VaultKeys(
                chunkIds.getPrimitive(config, PrfSet.class),
                data.getPrimitive(config, Aead.class),
                signing.getPrimitive(config, PublicKeySign.class),
                signing.getPublicKeysetHandle().getPrimitive(config, PublicKeyVerify.class));
    }

    /** Names and counts only. */
    @Override
    public String toString() {
        return "VaultKeys";
    }
}
