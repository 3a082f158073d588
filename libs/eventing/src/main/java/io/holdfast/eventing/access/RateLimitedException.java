package io.holdfast.eventing.access;

import io.holdfast.access.Principal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** More requests than {@code access.limits} permits. */
final class RateLimitedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long retryAfterSeconds;
    private final transient @Nullable Principal principal;

    /** @param principal null: too many tokens of the address were refused, and this one was not checked */
    RateLimitedException(String message, Duration wait, @Nullable Principal principal) {
        super(message, null, false, false);
        this.retryAfterSeconds = Math.max(1, wait.plusMillis(999).toSeconds());
        this.principal = principal;
    }

    /** Whole seconds, at least one. */
    String retryAfterSeconds() {
        return Long.toString(retryAfterSeconds);
    }

    @Nullable
    Principal principal() {
        return principal;
    }
}
