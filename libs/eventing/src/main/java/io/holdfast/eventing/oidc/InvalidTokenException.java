package io.holdfast.eventing.oidc;

/** A token that is not accepted. The message names the failed check and no part of the token. */
public final class InvalidTokenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidTokenException(String message) {
        super(message, null, false, false);
    }
}
