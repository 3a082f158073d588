package io.holdfast.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

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
        return MessageDigest.isEqual(
                value.getBytes(StandardCharsets.UTF_8), candidate.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "***";
    }
}
