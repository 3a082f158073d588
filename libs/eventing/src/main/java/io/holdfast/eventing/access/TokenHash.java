package io.holdfast.eventing.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Tokens that the platform makes: a prefix by which secret scanners find them, and 256 random bits. A plain SHA-256 suffices to
 * store them, because nobody can guess what it was made of.
 */
public final class TokenHash {
    public static final String PREFIX = "hft_";
    private static final Pattern TOKEN = Pattern.compile(PREFIX + "[A-Za-z0-9_-]+");
    private static final int BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private TokenHash() {}

    public static String newToken() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** The text with each token replaced by its prefix. */
    public static String redact(String text) {
        return TOKEN.matcher(text).replaceAll(PREFIX + "***");
    }

    /** In hex. */
    public static String of(String token) {
        return of(token.getBytes(StandardCharsets.UTF_8));
    }

    static String of(byte[] token) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(token));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
