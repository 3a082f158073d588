package io.holdfast.wal;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A physical backup of a server, as its signed document in the vault describes it. It exists exactly if the document does,
 * which is written after the stored files were read back and equal the checksums of PostgreSQL's backup manifest.
 *
 * @param id begins with the time of the backup, so that ids sort by time
 * @param serverMajor the major version that can start it
 * @param segmentSize of the server's WAL, in bytes
 * @param start the first position that recovery needs
 * @param end the position from which the copy is consistent
 * @param finishedAt by the server's clock, after the end was reached; recovery to an earlier instant needs an earlier base
 * @param files in the copy
 * @param bytes of the files, plain
 * @param tarBytes of the stored archive, plain
 * @param parts into which the archive is cut
 * @param pieces how the parts are stored
 */
public record BaseBackup(
        String id,
        String systemIdentifier,
        int serverMajor,
        int segmentSize,
        int timeline,
        Lsn start,
        Lsn end,
        Instant startedAt,
        Instant finishedAt,
        int files,
        long bytes,
        long tarBytes,
        int parts,
        Pieces pieces) {
    public BaseBackup {
        pieces = Objects.requireNonNullElse(pieces, Pieces.WHOLE);
    }

    /**
     * How the parts are stored.
     *
     * @param lists that name them; 0: all parts are stored under this base backup's id, as earlier versions did
     * @param storedBytes that this base backup added to the vault, compressed and encrypted
     * @param reusedBytes of the archive, plain, that earlier base backups had stored
     * @param archives of which the parts consist, in order; empty: one, of the data directory
     */
    public record Pieces(int lists, long storedBytes, long reusedBytes, List<Archive> archives) {
        static final Pieces WHOLE = new Pieces(0, 0, 0, List.of());

        public Pieces {
            archives = List.copyOf(archives);
        }

        /** OIDs, in ascending order. */
        public Set<String> tablespaces() {
            return archives.stream()
                    .flatMap(archive -> Stream.ofNullable(archive.tablespace()))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /**
     * A tar archive.
     *
     * @param tablespace its OID; null: of the data directory
     */
    public record Archive(@Nullable String tablespace, int parts) {}
}
