package io.holdfast.eventing.tracing;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;

/**
 * Attributes of spans. Names are part of the interface, because searches use them. Values are names, ids and codes: never a
 * message of a library, which may hold anything.
 */
public final class SpanAttributes {
    public static final AttributeKey<String> SOURCE = AttributeKey.stringKey("holdfast.source");
    public static final AttributeKey<String> BACKUP = AttributeKey.stringKey("holdfast.backup.id");
    public static final AttributeKey<String> RESTORE = AttributeKey.stringKey("holdfast.restore.id");
    public static final AttributeKey<String> VERIFICATION = AttributeKey.stringKey("holdfast.verification.id");

    /** Name of a {@link FailureCode}. */
    public static final AttributeKey<String> FAILURE = AttributeKey.stringKey("holdfast.failure");

    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

    private SpanAttributes() {}

    /** Names the source and the aggregate of the current span. */
    public static void current(AttributeKey<String> aggregate, Object id, String source) {
        Span.current().setAttribute(aggregate, id.toString()).setAttribute(SOURCE, source);
    }

    public static void failed(Span span, FailureCode code) {
        span.setStatus(StatusCode.ERROR, code.name()).setAttribute(FAILURE, code.name());
    }

    /** Marks a span as failed, with the code of a known failure, else with the class of the exception. */
    public static void failed(Span span, Throwable failure) {
        if (failure instanceof HoldfastException known) {
            failed(span, known.code());
        } else {
            span.setStatus(StatusCode.ERROR)
                    .setAttribute(ERROR_TYPE, failure.getClass().getName());
        }
    }

    /** Adds an event for a failure after which the work is tried again. */
    public static void retried(Span span, Throwable failure) {
        span.addEvent(
                "retry",
                failure instanceof HoldfastException known
                        ? Attributes.of(FAILURE, known.code().name())
                        : Attributes.of(ERROR_TYPE, failure.getClass().getName()));
    }
}
