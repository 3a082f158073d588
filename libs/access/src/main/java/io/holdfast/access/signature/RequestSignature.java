package io.holdfast.access.signature;

import io.holdfast.access.signature.InvalidSignatureException.Check;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jose4j.base64url.Base64Url;
import org.jose4j.json.JsonUtil;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;

/**
 * Makes and checks the header {@value #HEADER}: a JWS in compact form with detached payload (RFC 7515, appendix F) over
 * {@link SignedContent}.
 */
public final class RequestSignature {
    /** The Kafka header. */
    public static final String HEADER = "holdfast-signature";

    /** No signature may be longer. */
    public static final int MAX_BYTES = 8 * 1024;

    private static final Set<String> MEMBERS = Set.of("alg", "kid", "typ");

    private RequestSignature() {}

    /**
     * The value of the header.
     *
     * @param keyId PRODUCER/KEY, as under {@code access.producers}
     * @throws IllegalArgumentException if the key is neither Ed25519, P-256 nor RSA of 2048 bits or more
     */
    public static String sign(SignedContent content, PrivateKey key, String keyId) {
        List<String> algorithms = KeyAlgorithms.of(key);
        if (algorithms.isEmpty()) {
            throw new IllegalArgumentException("this key is neither Ed25519, EC P-256 nor RSA of 2048 bits or more");
        }
        JsonWebSignature signature = new JsonWebSignature();
        signature.setAlgorithmHeaderValue(algorithms.getFirst());
        signature.setKeyIdHeaderValue(keyId);
        signature.setPayloadBytes(content.payload());
        signature.setKey(key);
        try {
            return signature.getDetachedContentCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalArgumentException("the key cannot sign", e);
        }
    }

    /**
     * Checks a signature.
     *
     * @param keys the public key of a key id
     * @return the id of the key that made it
     * @throws InvalidSignatureException naming the first check that failed
     */
    public static String verify(byte[] header, SignedContent content, Function<String, Optional<PublicKey>> keys)
            throws InvalidSignatureException {
        if (header.length > MAX_BYTES) {
            throw new InvalidSignatureException(Check.SIZE);
        }
        JsonWebSignature signature = parse(new String(header, StandardCharsets.UTF_8));
        String algorithm = signature.getAlgorithmHeaderValue();
        if (!KeyAlgorithms.isKnown(algorithm)) {
            throw new InvalidSignatureException(Check.ALGORITHM);
        }
        String keyId = signature.getKeyIdHeaderValue();
        PublicKey key = keys.apply(keyId).orElseThrow(() -> new InvalidSignatureException(Check.KEY_ID));
        if (!KeyAlgorithms.of(key).contains(algorithm)) {
            throw new InvalidSignatureException(Check.KEY_TYPE);
        }
        if (!isValid(signature, content, key)) {
            throw new InvalidSignatureException(Check.SIGNATURE);
        }
        return keyId;
    }

    private static JsonWebSignature parse(String text) throws InvalidSignatureException {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 3 || parts[0].isEmpty() || !parts[1].isEmpty() || parts[2].isEmpty()) {
            throw new InvalidSignatureException(Check.FORM);
        }
        JsonWebSignature signature = new JsonWebSignature();
        try {
            signature.setCompactSerialization(text);
            Map<String, Object> members =
                    JsonUtil.parseJson(signature.getHeaders().getFullHeaderAsJsonString());
            if (!MEMBERS.containsAll(members.keySet())
                    || !(members.get("alg") instanceof String)
                    || !(members.get("kid") instanceof String)) {
                throw new InvalidSignatureException(Check.HEADER);
            }
            return signature;
        } catch (JoseException e) {
            throw new InvalidSignatureException(Check.FORM);
        }
    }

    private static boolean isValid(JsonWebSignature signature, SignedContent content, Key key) {
        signature.setEncodedPayload(Base64Url.encode(content.payload())); // the serialization had an empty one
        signature.setAlgorithmConstraints(new AlgorithmConstraints(
                ConstraintType.PERMIT, KeyAlgorithms.of(key).toArray(String[]::new)));
        signature.setKey(key);
        try {
            return signature.verifySignature();
        } catch (JoseException e) {
            return false;
        }
    }
}
