package io.holdfast.eventing.cloudevents;

import org.jspecify.annotations.Nullable;

/** A message that cannot be understood at all, and so belongs to the dead letters. Its message holds none of its content. */
public final class UnreadableMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    public UnreadableMessageException(Reason reason, String message) {
        this(reason, message, null);
    }

    public UnreadableMessageException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** Why; goes into the header {@code holdfast-reason} of the dead letter. */
    public enum Reason {
        /** No value at all: a tombstone. */
        EMPTY,
        /** More than {@link EventJson#MAX_BYTES}. */
        TOO_LARGE,
        /** Deeper than {@link EventJson#MAX_DEPTH}. */
        TOO_DEEP,
        NOT_JSON,
        /** JSON, or a record, without CloudEvents' required attributes. */
        NOT_A_CLOUD_EVENT,
        /** An attribute is not of its type, too long, or holds a control character. */
        ATTRIBUTE_INVALID,
        /** The data of an event does not fit its type. */
        DATA_INVALID,
        /** It was understood, but working on it failed again and again, and not for want of database or broker. */
        REACTION_FAILED
    }
}
