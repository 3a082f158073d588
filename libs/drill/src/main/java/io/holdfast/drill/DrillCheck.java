package io.holdfast.drill;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * One check of the restored database.
 *
 * @param expected expected value as text; empty if the check has none
 * @param actual value found as text; empty if the check did not run
 * @param finding explanation of a check that did not pass
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DrillCheck(
        String name,
        Outcome outcome,
        String expected,
        String actual,
        long durationMillis,
        @Nullable String finding) {
    public DrillCheck {
        DrillFields.texts("name", name);
        DrillFields.required("outcome", outcome, "expected", expected, "actual", actual);
        DrillFields.notNegative("durationMillis", durationMillis);
    }

    /** The outcome of a check. */
    public enum Outcome {
        PASSED,
        FAILED,
        NOT_RUN
    }
}
