package io.holdfast.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What one check of the data found. An alert at most, never a reason to call a backup bad.
 *
 * @param finding what was found, if it did not pass
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CheckResult(
        String name, Outcome outcome, @Nullable String finding) {
    public CheckResult {
        RequiredFields.fields("name", name, "outcome", outcome);
    }

    /** How a check ended. */
    public enum Outcome {
        PASSED,
        FAILED,
        NOT_RUN
    }
}
