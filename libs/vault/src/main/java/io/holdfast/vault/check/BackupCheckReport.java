package io.holdfast.vault.check;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.format.ChunkFault;
import io.holdfast.vault.format.Proof;
import io.holdfast.vault.format.StoredChunk;
import java.util.List;

/**
 * What a check of one backup's chunks found.
 *
 * @param chunks looked at
 * @param storedBytes of these chunks
 * @param problems chunks that cannot be read at all
 * @param replaced writings of chunks that are bad, and whose content was read from another writing: the backup can be
 *     restored all the same. To be handed to the {@link Proof} of what is restored after this check
 */
public record BackupCheckReport(
        SourceId source,
        BackupId backup,
        CheckLevel level,
        int chunks,
        long storedBytes,
        List<Problem> problems,
        List<String> replaced) {

    public BackupCheckReport {
        problems = List.copyOf(problems);
        replaced = List.copyOf(replaced);
    }

    public boolean intact() {
        return problems.isEmpty();
    }

    /** @param affected the tables and other objects of the backup that need this chunk */
    public record Problem(StoredChunk chunk, ChunkFault fault, List<String> affected) {
        public Problem {
            affected = List.copyOf(affected);
        }
    }
}
