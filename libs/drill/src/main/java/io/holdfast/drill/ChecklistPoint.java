package io.holdfast.drill;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * One point of the checklist after a restore.
 *
 * @param number from 1, in the order of the checklist
 * @param note the checks that decided the point, or the remark of a person
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ChecklistPoint(
        int number, String text, State state, @Nullable String note) {
    public ChecklistPoint {
        if (number < 1) {
            throw new IllegalArgumentException("field \"number\" is " + number + "; expected 1 or more");
        }
        DrillFields.texts("text", text);
        DrillFields.required("state", state);
    }

    /** The state of a point. */
    public enum State {
        DONE,
        FAILED,
        /** No check of the report decides the point; a person does. */
        BY_PERSON
    }
}
