package io.holdfast.drill;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The drills of one source in a year.
 *
 * @param due drills that the schedule asked for until now
 * @param done drills that ended, of the schedule or of a person
 * @param passed of those done
 * @param missing of those due: drills that did not take place
 * @param lastPassedAt end of the last drill that passed; null if none did
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SourceDrills(
        String source,
        String environment,
        int due,
        int done,
        int passed,
        int missing,
        @Nullable Instant lastPassedAt) {
    public SourceDrills {
        DrillFields.texts("source", source, "environment", environment);
        DrillFields.notNegative("due", (long) due);
        DrillFields.notNegative("done", (long) done);
        DrillFields.notNegative("passed", (long) passed);
        DrillFields.notNegative("missing", (long) missing);
        if (passed > done || missing > due) {
            throw new IllegalArgumentException("source \"" + source + "\": " + passed + " of " + done
                    + " drills passed and " + missing + " of " + due + " are missing; expected no more than there are");
        }
    }
}
