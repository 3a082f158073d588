package io.holdfast.backup.schedule;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.SourceRef;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A slot as REST shows it.
 *
 * @param attempts backups that were started for it, retries included
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record SlotView(
        UUID id,
        SourceRef source,
        String schedule,
        Instant fireTime,
        SlotState state,
        @Nullable BackupId backupId,
        int attempts,
        @Nullable String reason,
        Instant decidedAt) {
    static SlotView of(Slot slot) {
        return new SlotView(
                slot.id(),
                slot.source(),
                slot.schedule(),
                slot.fireAt(),
                slot.state(),
                slot.backupId(),
                slot.attempts(),
                slot.reason(),
                slot.decidedAt());
    }
}
