package io.holdfast.vault.gc;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.SourceId;
import java.util.List;

/**
 * What a sweep of one source did, or would do.
 *
 * @param backups whose objects are gone now
 * @param buried unfinished backups that got a tombstone, because their writers must be dead
 * @param chunks removed
 * @param storedBytes of these chunks
 * @param obstacles why no chunk was removed: objects that cannot be read, and that may list any chunk
 */
public record SweepReport(
        SourceId source,
        List<BackupId> backups,
        List<BackupId> buried,
        int chunks,
        long storedBytes,
        List<String> obstacles) {
    public SweepReport {
        backups = List.copyOf(backups);
        buried = List.copyOf(buried);
        obstacles = List.copyOf(obstacles);
    }

    public boolean blocked() {
        return !obstacles.isEmpty();
    }
}
