package io.holdfast.contracts;

import org.jspecify.annotations.Nullable;

/** A typed failure on its way up: what the engine, the vault and the services throw. Its message is the reason's. */
public final class HoldfastException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient FailureReason reason;

    public HoldfastException(FailureReason reason, @Nullable Throwable cause) {
        super(reason.message(), cause);
        this.reason = reason;
    }

    public static HoldfastException of(FailureCode code, String message) {
        return new HoldfastException(FailureReason.of(code, message), null);
    }

    public static HoldfastException of(FailureCode code, String message, Throwable cause) {
        return new HoldfastException(FailureReason.of(code, message), cause);
    }

    public static HoldfastException about(String object, FailureCode code, String message) {
        return new HoldfastException(FailureReason.of(code, message, object), null);
    }

    public FailureReason reason() {
        return reason;
    }

    public FailureCode code() {
        return reason.code();
    }
}
