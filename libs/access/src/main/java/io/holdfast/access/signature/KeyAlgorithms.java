package io.holdfast.access.signature;

import java.security.Key;
import java.security.interfaces.ECKey;
import java.security.interfaces.EdECKey;
import java.security.interfaces.RSAKey;
import java.util.List;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.keys.EllipticCurves;

/** The algorithms of each type of key. There are no others: neither {@code none} nor a symmetric one. */
final class KeyAlgorithms {
    static final int MIN_RSA_BITS = 2048;
    private static final List<String> ALL = List.of(
            AlgorithmIdentifiers.EDDSA,
            AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256,
            AlgorithmIdentifiers.RSA_USING_SHA256,
            AlgorithmIdentifiers.RSA_PSS_USING_SHA256);

    private KeyAlgorithms() {}

    static boolean isKnown(String algorithm) {
        return ALL.contains(algorithm);
    }

    /** The one that signs comes first; empty if keys of this type or size are not accepted. */
    static List<String> of(Key key) {
        return switch (key) {
            case EdECKey ed when ed.getParams().getName().equals("Ed25519") -> List.of(AlgorithmIdentifiers.EDDSA);
            case ECKey ec
            when ec.getParams().getCurve().equals(EllipticCurves.P256.getCurve()) ->
                List.of(AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);
            case RSAKey rsa
            when rsa.getModulus().bitLength() >= MIN_RSA_BITS ->
                List.of(AlgorithmIdentifiers.RSA_USING_SHA256, AlgorithmIdentifiers.RSA_PSS_USING_SHA256);
            default -> List.of();
        };
    }
}
