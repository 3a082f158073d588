package io.holdfast.vault.crypto;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.subtle.Ed25519Sign;
import com.google.crypto.tink.subtle.Hkdf;
import io.holdfast.contracts.HoldfastException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;

/**
 * The Ed25519 key that signs the evidence of drills. It is derived from the primary key of the key file by HKDF-SHA-256
 * (RFC 5869) with an empty salt and the label {@code holdfast/evidence/v1}: the same key file always gives the same key, and
 * the signing key tells nothing of the key file's. A new key file gives a new signing key.
 */
public final class EvidenceKey {
    private static final byte[] LABEL = "holdfast/evidence/v1".getBytes(StandardCharsets.US_ASCII);
    private static final int SEED = 32;

    private EvidenceKey() {}

    /**
     * Derives the key from a key file, without a vault.
     *
     * @throws HoldfastException as {@link KeyFile#read}
     */
    @AccessesPartialKey // the key file is the only place of the master key
    public static KeyPair derive(Path keyFile) {
        KeysetHandle keyset = KeyFile.keyset(keyFile);
        try {
            if (keyset.getPrimary().getKey() instanceof AesGcmKey key) {
                return derive(key.getKeyBytes().toByteArray(InsecureSecretKeyAccess.get()));
            }
            throw KeyFile.wrong(keyFile);
        } catch (GeneralSecurityException e) {
            throw KeyFile.wrong(keyFile);
        }
    }

    static KeyPair derive(byte[] master) throws GeneralSecurityException {
        byte[] seed = Hkdf.computeHkdf("HMACSHA256", master, new byte[0], LABEL, SEED);
        byte[] point = Ed25519Sign.KeyPair.newKeyPairFromSeed(seed).getPublicKey();
        KeyFactory keys = KeyFactory.getInstance("Ed25519");
        return new KeyPair(
                keys.generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point(point))),
                keys.generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed)));
    }

    /** RFC 8032, section 5.1.2: y in little-endian order, the highest bit is the sign of x. */
    private static EdECPoint point(byte[] encoded) {
        byte[] y = new byte[SEED];
        for (int i = 0; i < SEED; i++) {
            y[i] = encoded[SEED - 1 - i];
        }
        boolean odd = (y[0] & 0x80) != 0;
        y[0] &= 0x7f;
        return new EdECPoint(odd, new BigInteger(1, y));
    }
}
