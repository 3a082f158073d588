package io.holdfast.verifier.drill;

import io.holdfast.contracts.BackupId;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A drill that is wanted.
 *
 * @param backup null: the worker chooses
 * @param fireAt the slot of the schedule; null: on request
 * @param by who wants it, for people
 * @param keep how long the copy stays after the drill; null: it is dropped at its end
 */
public record DrillRequest(
        String source,
        String kind,
        @Nullable BackupId backup,
        @Nullable Instant fireAt,
        String by,
        @Nullable String correlationId,
        @Nullable Duration keep) {}
