package io.holdfast.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * Why something failed: for machines by its code, for people by its message.
 *
 * @param code what kind of failure
 * @param message what was wrong, where, and what to do; never holds a secret or a row's content
 * @param object the qualified name or id of what it is about (a table, a chunk, a database), if there is one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FailureReason(
        FailureCode code, String message, @Nullable String object) {

    public FailureReason {
        Required.fields("code", code, "message", message);
    }

    public static FailureReason of(FailureCode code, String message) {
        return new FailureReason(code, message, null);
    }

    public static FailureReason of(FailureCode code, String message, String object) {
        return new FailureReason(code, message, object);
    }
}
