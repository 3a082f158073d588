package io.holdfast.notifier.escalation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tokens of links that acknowledge: the link's id and expiry with an HMAC-SHA-256 of both, in base64url. A token is a
 * credential: it is in no log. Thread-safe.
 */
public final class LinkSigner {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int SIGNED = 16 + 8;
    private static final int WHOLE = SIGNED + 32;
    private static final byte[] PURPOSE = "holdfast acknowledgement link v1\n".getBytes(StandardCharsets.UTF_8);

    private final SecretKeySpec key;

    /** @param key 32 random bytes */
    public LinkSigner(byte[] key) {
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /** Returns 32 random bytes. */
    public static byte[] newKey() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return key;
    }

    public String token(UUID link, Instant expiry) {
        byte[] signed = ByteBuffer.allocate(SIGNED)
                .putLong(link.getMostSignificantBits())
                .putLong(link.getLeastSignificantBits())
                .putLong(expiry.getEpochSecond())
                .array();
        byte[] token = ByteBuffer.allocate(WHOLE).put(signed).put(mac(signed)).array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    }

    /** The link of a token; empty if the token is forged or has expired. The comparison takes the same time for each token. */
    public Optional<UUID> link(String token, Instant now) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (bytes.length != WHOLE) {
            return Optional.empty();
        }
        byte[] signed = Arrays.copyOf(bytes, SIGNED);
        if (!MessageDigest.isEqual(mac(signed), Arrays.copyOfRange(bytes, SIGNED, WHOLE))) {
            return Optional.empty();
        }
        ByteBuffer read = ByteBuffer.wrap(signed);
        UUID link = new UUID(read.getLong(), read.getLong());
        return read.getLong() > now.getEpochSecond() ? Optional.of(link) : Optional.empty();
    }

    private byte[] mac(byte[] signed) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(PURPOSE);
            return mac.doFinal(signed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
