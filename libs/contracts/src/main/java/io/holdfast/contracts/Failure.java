package io.holdfast.contracts;

import org.jspecify.annotations.Nullable;

/** A typed failure on its way up: what the engine, the vault and the services throw. Its message is the reason's. */
public final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient FailureReason reason;

    public Failure(FailureReason reason, @Nullable Throwable cause) {
        super(reason.message(), cause);
        this.reason = reason;
    }

    public static Failure of(FailureCode code, String message) {
        return new Failure(FailureReason.of(code, message), null);
    }

    public static Failure of(FailureCode code, String message, Throwable cause) {
        return new Failure(FailureReason.of(code, message), cause);
    }

    public static Failure about(String object, FailureCode code, String message) {
        return new Failure(FailureReason.of(code, message, object), null);
    }

    public FailureReason reason() {
        return reason;
    }

    public FailureCode code() {
        return reason.code();
    }
}
