package io.holdfast.eventing.oidc;

import static org.jose4j.jws.AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256;
import static org.jose4j.jws.AlgorithmIdentifiers.ECDSA_USING_P384_CURVE_AND_SHA384;
import static org.jose4j.jws.AlgorithmIdentifiers.ECDSA_USING_P521_CURVE_AND_SHA512;
import static org.jose4j.jws.AlgorithmIdentifiers.EDDSA;
import static org.jose4j.jws.AlgorithmIdentifiers.RSA_PSS_USING_SHA256;
import static org.jose4j.jws.AlgorithmIdentifiers.RSA_PSS_USING_SHA384;
import static org.jose4j.jws.AlgorithmIdentifiers.RSA_PSS_USING_SHA512;
import static org.jose4j.jws.AlgorithmIdentifiers.RSA_USING_SHA256;
import static org.jose4j.jws.AlgorithmIdentifiers.RSA_USING_SHA384;
import static org.jose4j.jws.AlgorithmIdentifiers.RSA_USING_SHA512;

import io.holdfast.config.OidcConfig;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.VerificationJwkSelector;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.lang.JoseException;

/**
 * Checks access tokens: size, form, algorithm, signature, {@code iss}, {@code aud}, {@code exp} and {@code nbf}. A key comes only
 * from the issuer's key set, by its {@code kid}. Algorithms are asymmetric: a public key is never the secret of an HMAC.
 */
record TokenVerifier(OidcConfig oidc, IssuerKeys keys, InstantSource clock) {
    static final int MAX_LENGTH = 16 * 1024;

    private static final List<String> ALGORITHMS = List.of(
            RSA_USING_SHA256,
            RSA_USING_SHA384,
            RSA_USING_SHA512,
            RSA_PSS_USING_SHA256,
            RSA_PSS_USING_SHA384,
            RSA_PSS_USING_SHA512,
            ECDSA_USING_P256_CURVE_AND_SHA256,
            ECDSA_USING_P384_CURVE_AND_SHA384,
            ECDSA_USING_P521_CURVE_AND_SHA512,
            EDDSA);
    private static final AlgorithmConstraints PERMITTED =
            new AlgorithmConstraints(ConstraintType.PERMIT, ALGORITHMS.toArray(String[]::new));
    /** Of RFC 9068 and of issuers before it; logout tokens and others have types of their own. */
    private static final Set<String> TYPES = Set.of("jwt", "at+jwt", "application/at+jwt", "application/jwt");

    /** Fails with an {@link InvalidTokenException} or an {@link IssuerUnavailableException}. */
    CompletableFuture<Claims> verify(String token) {
        JsonWebSignature header;
        try {
            header = header(token);
        } catch (InvalidTokenException e) {
            return CompletableFuture.failedFuture(e);
        }
        return keys.known()
                .thenCompose(known -> find(header, known)
                        .map(CompletableFuture::completedFuture)
                        .orElseGet(() -> keys.newer()
                                .thenApply(newer -> find(header, newer)
                                        .orElseThrow(() -> new InvalidTokenException(
                                                "the token's key is not one of the" + " issuer's keys")))))
                .thenApply(key -> claims(token, key));
    }

    private static JsonWebSignature header(String token) {
        if (token.length() > MAX_LENGTH) {
            throw new InvalidTokenException("the token is longer than 16 KiB");
        }
        JsonWebSignature signature = new JsonWebSignature();
        try {
            signature.setCompactSerialization(token);
        } catch (JoseException e) {
            throw new InvalidTokenException("the token is not a JWT");
        }
        if (!ALGORITHMS.contains(text(signature, "alg"))) {
            throw new InvalidTokenException("the token's algorithm is not allowed");
        }
        if (text(signature, "kid").isEmpty()) {
            throw new InvalidTokenException("the token names no key (kid)");
        }
        String type = text(signature, "typ");
        if (!type.isEmpty() && !TYPES.contains(type.toLowerCase(Locale.ROOT))) {
            throw new InvalidTokenException("the token is not an access token");
        }
        return signature;
    }

    private static String text(JsonWebSignature signature, String member) {
        return signature.getHeaders().getObjectHeaderValue(member) instanceof String text ? text : "";
    }

    private static Optional<JsonWebKey> find(JsonWebSignature header, List<JsonWebKey> keys) {
        try {
            return Optional.ofNullable(new VerificationJwkSelector().select(header, keys));
        } catch (JoseException e) {
            return Optional.empty();
        }
    }

    private Claims claims(String token, JsonWebKey key) {
        JwtConsumer consumer = new JwtConsumerBuilder()
                .setVerificationKey(key.getKey())
                .setJwsAlgorithmConstraints(PERMITTED)
                .setExpectedIssuer(true, oidc.issuer().toString())
                .setExpectedAudience(true, oidc.audience())
                .setRequireExpirationTime()
                .setAllowedClockSkewInSeconds((int) oidc.clockSkew().toSeconds())
                .setEvaluationTime(NumericDate.fromMilliseconds(clock.millis()))
                .build();
        try {
            return new Claims(consumer.processToClaims(token).getClaimsMap());
        } catch (InvalidJwtException e) {
            throw new InvalidTokenException(reason(e));
        }
    }

    private static String reason(InvalidJwtException failure) {
        if (failure.hasErrorCode(ErrorCodes.EXPIRED)) {
            return "the token has expired";
        }
        if (failure.hasErrorCode(ErrorCodes.EXPIRATION_MISSING)) {
            return "the token never expires";
        }
        if (failure.hasErrorCode(ErrorCodes.NOT_YET_VALID)) {
            return "the token is not valid yet";
        }
        if (failure.hasErrorCode(ErrorCodes.ISSUER_INVALID) || failure.hasErrorCode(ErrorCodes.ISSUER_MISSING)) {
            return "the token is of another issuer";
        }
        return failure.hasErrorCode(ErrorCodes.AUDIENCE_INVALID) || failure.hasErrorCode(ErrorCodes.AUDIENCE_MISSING)
                ? "the token is for another audience"
                : "the token's signature or form is not valid";
    }
}
