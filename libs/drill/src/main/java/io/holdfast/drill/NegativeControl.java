package io.holdfast.drill;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * A planted fault: the drill damages the restored database and expects a check to fail.
 *
 * @param name the fault, such as {@code one value changed}
 * @param expectedCheck the check that must fail
 * @param found whether any check found the fault
 * @param foundBy the check that found it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record NegativeControl(
        String name,
        String expectedCheck,
        boolean found,
        @Nullable String foundBy,
        @Nullable String detail) {
    public NegativeControl {
        DrillFields.texts("name", name, "expectedCheck", expectedCheck);
    }
}
