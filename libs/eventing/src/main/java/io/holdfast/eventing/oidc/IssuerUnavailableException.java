package io.holdfast.eventing.oidc;

import org.jspecify.annotations.Nullable;

/** The issuer's keys cannot be read, so that no token can be checked. The same token may be accepted later. */
public final class IssuerUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    IssuerUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
