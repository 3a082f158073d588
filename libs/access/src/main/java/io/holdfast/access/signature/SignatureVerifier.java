package io.holdfast.access.signature;

import io.holdfast.access.signature.InvalidSignatureException.Check;
import java.security.PublicKey;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Checks signatures against the producers' keys, and the age of what they sign. Immutable. */
public final class SignatureVerifier {
    /** A producer's clock may be fast by this much. */
    public static final Duration MAX_SKEW = Duration.ofMinutes(1);

    private final Map<String, PublicKey> keys;
    private final Duration maxAge;

    /**
     * @param keys by key id, PRODUCER/KEY
     * @param maxAge a request is accepted up to this age, inclusive
     */
    public SignatureVerifier(Map<String, PublicKey> keys, Duration maxAge) {
        this.keys = Map.copyOf(keys);
        this.maxAge = maxAge;
    }

    /**
     * Checks the signature of a request.
     *
     * @param headers the values of {@link RequestSignature#HEADER}; exactly one is accepted
     * @return the id of the key that made it
     * @throws InvalidSignatureException naming the first check that failed
     */
    public String verify(List<byte[]> headers, SignedContent content, InstantSource clock)
            throws InvalidSignatureException {
        if (headers.size() != 1) {
            throw new InvalidSignatureException(Check.NUMBER);
        }
        Instant time = instant(content.time());
        String keyId = RequestSignature.verify(headers.getFirst(), content, id -> Optional.ofNullable(keys.get(id)));
        requireRecent(time, clock.instant());
        return keyId;
    }

    private static Instant instant(String time) throws InvalidSignatureException {
        try {
            return OffsetDateTime.parse(time).toInstant();
        } catch (DateTimeException e) {
            throw new InvalidSignatureException(Check.TIME);
        }
    }

    private void requireRecent(Instant signed, Instant now) throws InvalidSignatureException {
        if (signed.plus(maxAge).isBefore(now)) {
            throw new InvalidSignatureException(Check.AGE);
        }
        if (signed.isAfter(now.plus(MAX_SKEW))) {
            throw new InvalidSignatureException(Check.FUTURE);
        }
    }
}
