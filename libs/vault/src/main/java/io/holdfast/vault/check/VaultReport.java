package io.holdfast.vault.check;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.SourceId;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a check of a whole vault found.
 *
 * @param backups that are listed, without deleted ones
 * @param chunks that these backups need, each once
 * @param storedBytes of these chunks
 * @param chunksRead of all chunks, fetched and authenticated
 * @param replaced writings of chunks that are bad, and whose content was read from another writing: nothing is lost by them
 * @param unreferenced chunks that no backup needs: of deleted, running or dead backups, until they are swept
 */
public record VaultReport(
        UUID vault,
        int sources,
        int backups,
        int chunks,
        long storedBytes,
        int chunksRead,
        int replaced,
        int unreferenced,
        long unreferencedBytes,
        List<Problem> problems) {
    public VaultReport {
        problems = List.copyOf(problems);
    }

    public boolean intact() {
        return problems.isEmpty();
    }

    public enum Kind {
        /** A chunk that a backup needs is not there, or the names of a source, or a keyset. */
        MISSING,
        /** A chunk has not the size it was stored with: truncated, or another object. */
        WRONG_SIZE,
        /** A chunk's bytes are not what was stored: flipped, swapped, or another object. */
        CORRUPT,
        /** An object that this vault did not write. */
        FOREIGN,
        /** A manifest, tombstone, hold, proof or other sealed object that does not open: damaged, forged or moved. */
        UNREADABLE
    }

    /**
     * @param key of the object
     * @param message for people
     * @param affected what cannot be restored because of it
     */
    public record Problem(Kind kind, @Nullable SourceId source, String key, String message, List<Affected> affected) {
        public Problem {
            affected = List.copyOf(affected);
        }
    }

    /** @param objects tables and other objects of the backup; empty if it is all of it */
    public record Affected(BackupId backup, List<String> objects) {
        public Affected {
            objects = List.copyOf(objects);
        }
    }
}
