package io.holdfast.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * Why something failed: for machines by its code, for people by its message.
 *
 * @param code what kind of failure
 * @param message what was wrong, where, and what to do; never holds a secret or a row's content; cut after
 *     {@value #LONGEST_MESSAGE} characters
 * @param object the qualified name or id of what it is about (a table, a chunk, a database), if there is one; cut after
 *     {@value #LONGEST_OBJECT} characters
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FailureReason(
        FailureCode code, String message, @Nullable String object) {

    private static final int LONGEST_MESSAGE = 4000;
    private static final int LONGEST_OBJECT = 1000;

    /** Cuts what is too long: others' words are in it, and an event that outgrew the bus would never tell of the failure. */
    public FailureReason {
        RequiredFields.fields("code", code, "message", message);
        message = cut(message, LONGEST_MESSAGE);
        object = object == null ? null : cut(object, LONGEST_OBJECT);
    }

    private static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int end = most - 1;
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
    }

    public static FailureReason of(FailureCode code, String message) {
        return new FailureReason(code, message, null);
    }

    public static FailureReason of(FailureCode code, String message, String object) {
        return new FailureReason(code, message, object);
    }
}
