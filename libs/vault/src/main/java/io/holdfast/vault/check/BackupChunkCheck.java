package io.holdfast.vault.check;

import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.check.BackupCheckReport.Problem;
import io.holdfast.vault.chunk.ChunkInventoryDiff;
import io.holdfast.vault.chunk.ChunkReader;
import io.holdfast.vault.chunk.Quarantine;
import io.holdfast.vault.chunk.ReadLease;
import io.holdfast.vault.core.ParallelTasks;
import io.holdfast.vault.core.VaultContext;
import io.holdfast.vault.format.ChunkFault;
import io.holdfast.vault.format.ChunkId;
import io.holdfast.vault.format.ChunkObjectName;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.ManifestRules;
import io.holdfast.vault.format.StoredChunk;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Looks at chunks of one backup. A store that cannot be read fails the check; it does not fail the backup. */
public final class BackupChunkCheck {
    private static final int AT_ONCE = 4;

    private final VaultContext vault;
    private final Manifest manifest;
    private final List<StoredChunk> chunks;
    private final ReadLease lease;
    private final Quarantine quarantine;
    private final ProgressListener progressListener;
    private final Map<ChunkId, List<String>> owners;
    private final Queue<ChunkObjectName> replaced = new ConcurrentLinkedQueue<>();

    /** @param chunks of this manifest: those to look at */
    public BackupChunkCheck(
            VaultContext vault,
            Manifest manifest,
            List<StoredChunk> chunks,
            ReadLease lease,
            ProgressListener progressListener) {
        this.vault = vault;
        this.lease = lease;
        this.quarantine = new Quarantine(vault, manifest.source());
        this.manifest = manifest;
        this.chunks = chunks;
        this.progressListener = progressListener;
        this.owners = ManifestRules.owners(manifest);
    }

    public BackupCheckReport run(CheckLevel level) {
        List<Problem> problems = switch (level) {
            case LISTED -> listed();
            case READ -> read(chunks, Map.of());
        };
        progressListener.at(storedBytes(), storedBytes());
        return new BackupCheckReport(
                manifest.source(), manifest.backup(), level, chunks.size(), storedBytes(), problems, replaced());
    }

    /** A quarantined chunk is read again: somebody may have brought the object back. */
    private List<Problem> listed() {
        Map<StoredChunk, ChunkFault> missing = ChunkInventoryDiff.compare(
                        vault, manifest.source(), chunks, manifest.chunks().size())
                .problems();
        Set<ChunkObjectName> suspects = quarantine.places();
        List<StoredChunk> suspicious = chunks.stream()
                .filter(chunk -> suspects.contains(ChunkObjectName.of(chunk)) || missing.containsKey(chunk))
                .toList();
        return read(suspicious, missing);
    }

    private List<Problem> read(List<StoredChunk> wanted, Map<StoredChunk, ChunkFault> listed) {
        Set<ChunkObjectName> suspects = quarantine.places();
        Queue<Problem> problems = new ConcurrentLinkedQueue<>();
        AtomicLong done = new AtomicLong();
        try (ChunkReader reader = new ChunkReader(vault, manifest.source(), manifest.backup(), lease)) {
            ParallelTasks.each(wanted, AT_ONCE, "checking a backup", chunk -> {
                try {
                    look(chunk, reader, suspects);
                } catch (HoldfastException holdfastException) {
                    problems.add(problem(chunk, listed.getOrDefault(chunk, fault(holdfastException))));
                }
                progressListener.at(done.addAndGet(chunk.stored()), storedBytes());
            });
        }
        return List.copyOf(problems);
    }

    private void look(StoredChunk chunk, ChunkReader reader, Set<ChunkObjectName> suspects) {
        ChunkReader.Reading reading = reader.look(chunk, String.join(", ", affected(chunk)));
        reader.giveBack(reading.array());
        if (reading.replaced() != null) {
            replaced.add(ChunkObjectName.of(chunk));
        } else if (suspects.contains(ChunkObjectName.of(chunk))) {
            quarantine.lift(chunk);
        }
    }

    /** With the other writings of the same content that failed a check: none of them was read. */
    private List<String> replaced() {
        if (replaced.isEmpty()) {
            return List.of();
        }
        Set<ChunkId> ids = replaced.stream().map(ChunkObjectName::id).collect(Collectors.toSet());
        return Stream.concat(replaced.stream(), quarantine.places().stream().filter(place -> ids.contains(place.id())))
                .map(ChunkObjectName::name)
                .distinct()
                .sorted()
                .toList();
    }

    private static ChunkFault fault(HoldfastException holdfastException) {
        return switch (holdfastException.code()) {
            case CHUNK_MISSING -> ChunkFault.MISSING;
            case CHUNK_CORRUPT -> ChunkFault.CORRUPT;
            default -> throw holdfastException;
        };
    }

    private Problem problem(StoredChunk chunk, ChunkFault fault) {
        return new Problem(chunk, fault, affected(chunk));
    }

    private List<String> affected(StoredChunk chunk) {
        return owners.getOrDefault(chunk.id(), List.of());
    }

    private long storedBytes() {
        return chunks.stream().mapToLong(StoredChunk::stored).sum();
    }
}
