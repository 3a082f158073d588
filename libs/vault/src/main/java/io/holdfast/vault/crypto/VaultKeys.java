package io.holdfast.vault.crypto;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.PublicKeySign;
import com.google.crypto.tink.PublicKeyVerify;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.prf.PrfConfig;
import com.google.crypto.tink.prf.PrfSet;
import com.google.crypto.tink.signature.SignatureConfig;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The vault's three keysets, unwrapped.
 *
 * @param chunkIds names chunks; never rotated, since another key would make every chunk a new one
 * @param data encrypts chunks and sealed objects
 * @param dataIds of its keys, as what they encrypt begins with them
 */
public record VaultKeys(PrfSet chunkIds, Aead data, Set<Integer> dataIds, PublicKeySign sign, PublicKeyVerify verify) {
    /** Tink's prefix of what a key wrote: this, and four bytes of the key's id. */
    private static final byte TINK = 1;

    static {
        register();
    }

    public static void register() {
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
                IntStream.range(0, data.size())
                        .mapToObj(i -> data.getAt(i).getId())
                        .collect(Collectors.toUnmodifiableSet()),
                signing.getPrimitive(config, PublicKeySign.class),
                signing.getPublicKeysetHandle().getPrimitive(config, PublicKeyVerify.class));
    }

    /** Whether this may be encrypted with a key that is not one of these, and so with a newer one. */
    boolean lackTheKeyOf(byte[] encrypted) {
        return encrypted.length > Integer.BYTES
                && encrypted[0] == TINK
                && !dataIds.contains(ByteBuffer.wrap(encrypted).getInt(1));
    }

    /** Whether a signature begins with the id of a key that this keyset does not hold. */
    static boolean isOfUnknownKey(byte[] signature, KeysetHandle keyset) {
        if (signature.length <= Integer.BYTES || signature[0] != TINK) {
            return false;
        }
        int id = ByteBuffer.wrap(signature).getInt(1);
        return IntStream.range(0, keyset.size()).noneMatch(i -> keyset.getAt(i).getId() == id);
    }

    /** Names and counts only. */
    @Override
    public String toString() {
        return "VaultKeys";
    }
}
