package io.holdfast.drill;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A person's signature under a report. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SignOff(String person, Instant at, @Nullable String note) {
    public SignOff {
        DrillFields.texts("person", person);
        DrillFields.required("at", at);
    }
}
