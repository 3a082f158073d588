package io.holdfast.contracts;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * UUIDs of version 7 (RFC 9562, section 5.7): 48 bits of Unix milliseconds, then random bits. Their text form sorts by
 * time of minting, to the millisecond.
 */
final class Uuid7 {
    private static final SecureRandom RANDOM = new SecureRandom();

    private Uuid7() {}

    static UUID next(InstantSource clock) {
        long millis = clock.millis();
        long high = (millis << 16) | 0x7000L | (RANDOM.nextLong() & 0xFFFL);
        long low = (RANDOM.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }

    /** {@link UUID#fromString} alone takes {@code 1-1-1-1-1} too, and two texts would name one thing. */
    static UUID parse(String of, String text) {
        if (text.length() != 36) {
            throw notAnId(of, text, null);
        }
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw notAnId(of, text, e);
        }
    }

    private static IllegalArgumentException notAnId(String of, String text, @Nullable Throwable cause) {
        return new IllegalArgumentException(
                "\"" + text + "\" is not the id of a " + of
                        + ": expected a UUID such as 019bc1d4-7e40-7c31-9d0a-3f5b6c7d8e9f",
                cause);
    }
}
