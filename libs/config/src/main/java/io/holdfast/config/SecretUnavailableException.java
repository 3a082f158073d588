package io.holdfast.config;

/** A secret's reference leads to nothing. The message names the reference and the remedy, never a value. */
public final class SecretUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient SecretRef ref;

    SecretUnavailableException(SecretRef ref, String why) {
        super("secret " + ref + ": " + why);
        this.ref = ref;
    }

    public SecretRef ref() {
        return ref;
    }
}
