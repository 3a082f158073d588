package io.holdfast.verifier.drill;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.SourceRef;
import io.holdfast.drill.DrillReport;
import org.jspecify.annotations.Nullable;

/** How a drill ended. */
sealed interface DrillOutcome {

    /**
     * The backup was restored and checked, or cannot be restored.
     *
     * @param report null: the manifest could not be read
     * @param reason null: the drill passed
     * @param copy that stays; null: there is none
     */
    record Done(
            SourceRef source,
            BackupId backup,
            @Nullable DrillReport report,
            @Nullable FailureReason reason,
            @Nullable KeptCopy copy)
            implements DrillOutcome {}

    /**
     * A restored copy that stays after the drill.
     *
     * @param server host and port
     */
    record KeptCopy(String database, String server) {}

    /** Something else was bad; nothing is known of the backup. */
    record Inconclusive(FailureReason reason) implements DrillOutcome {}
}
