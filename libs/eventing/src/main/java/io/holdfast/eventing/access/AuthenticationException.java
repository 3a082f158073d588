package io.holdfast.eventing.access;

import org.jspecify.annotations.Nullable;

/** A credential that is not accepted. The message names no part of it. */
final class AuthenticationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AuthenticationException(String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
    }
}
