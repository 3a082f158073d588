package io.holdfast.vault.format;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.SourceId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A chunk that failed a check. It is not reused any more: the next backup that needs its content writes it anew. Every
 * backup that lists it is damaged until it reads well again.
 *
 * @param foundIn the backup that was read when it was found; null if it was none in particular
 */
public record QuarantinedChunk(
        SourceId source,
        StoredChunk chunk,
        ChunkFault fault,
        @Nullable BackupId foundIn,
        Instant foundAt) {}
