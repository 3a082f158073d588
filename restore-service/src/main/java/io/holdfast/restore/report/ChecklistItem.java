package io.holdfast.restore.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something to be looked at after a restore.
 *
 * @param id stable: ticks are kept by it
 * @param list the heading it stands under
 * @param tickedBy a person, or {@value Checklist#HOLDFAST} where a machine could look; null: nobody yet
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ChecklistItem(
        String id,
        String list,
        String text,
        @Nullable String tickedBy,
        @Nullable Instant tickedAt) {

    public boolean ticked() {
        return tickedBy != null;
    }

    ChecklistItem tickedBy(@Nullable String who, @Nullable Instant at) {
        return new ChecklistItem(id, list, text, who, at);
    }
}
