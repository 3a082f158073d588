package io.holdfast.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/** The value of a secret. It shows itself only to who calls {@link #reveal}; it has no equality that could be timed. */
public final class Secret {
    private final String value;

    Secret(String value) {
        this.value = value;
    }

    /** The value itself. Never log it, never put it into argv or an event. */
    public String reveal() {
        return value;
    }

    /** Whether somebody's text is this secret, in time that does not tell how much of it is right. */
    public boolean matches(String candidate) {
        byte[] copy = value.getBytes(StandardCharsets.UTF_8);
        try {
            return MessageDigest.isEqual(copy, candidate.getBytes(StandardCharsets.UTF_8));
        } finally {
            Arrays.fill(copy, (byte) 0);
        }
    }

    @Override
    public String toString() {
        return "***";
    }
}
