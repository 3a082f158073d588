package io.holdfast.vault.format;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.SourceId;
import java.time.Instant;
import java.util.List;

/**
 * The signed list of everything in one backup. It is written last: a backup exists exactly if its manifest does.
 *
 * @param format of this manifest and of the chunks it names
 * @param committedAt by the clock of who wrote it
 * @param chunks every chunk that an extent names, once, in the order of first use
 */
public record Manifest(
        int format,
        BackupId backup,
        SourceId source,
        Instant committedAt,
        BackupContents contents,
        BackupSizeTotals totals,
        List<StoredChunk> chunks) {
    public static final int FORMAT = 1;

    public Manifest {
        chunks = List.copyOf(chunks);
    }
}
