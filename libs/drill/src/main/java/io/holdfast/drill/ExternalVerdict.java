package io.holdfast.drill;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The verdict of a test outside Holdfast, such as a smoke test of the application on the restored database.
 *
 * @param who the system or person that gave the verdict
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ExternalVerdict(
        String who, boolean passed, @Nullable String note, Instant at) {
    public ExternalVerdict {
        DrillFields.texts("who", who);
        DrillFields.required("at", at);
    }
}
