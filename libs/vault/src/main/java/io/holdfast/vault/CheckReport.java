package io.holdfast.vault;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.SourceId;
import java.util.List;

/**
 * What a check of one backup's chunks found.
 *
 * @param chunks looked at
 * @param storedBytes of these chunks
 */
public record CheckReport(
        SourceId source, BackupId backup, CheckLevel level, int chunks, long storedBytes, List<Problem> problems) {

    public CheckReport {
        problems = List.copyOf(problems);
    }

    public boolean intact() {
        return problems.isEmpty();
    }

    public enum Fault {
        MISSING,
        WRONG_SIZE,
        CORRUPT
    }

    /** @param affected the tables and other objects of the backup that need this chunk */
    public record Problem(StoredChunk chunk, Fault fault, List<String> affected) {
        public Problem {
            affected = List.copyOf(affected);
        }
    }
}
