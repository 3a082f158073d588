package io.holdfast.vault;

import io.holdfast.contracts.Failure;
import io.holdfast.vault.CheckReport.Fault;
import io.holdfast.vault.CheckReport.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** Looks at the chunks of one backup. A store that cannot be read fails the check; it does not fail the backup. */
final class BackupCheck {
    private static final int AT_ONCE = 4;

    private final Vault vault;
    private final Manifest manifest;
    private final ReadLease lease;
    private final Quarantine quarantine;
    private final Progress progress;
    private final Map<ChunkId, List<String>> owners;

    BackupCheck(Vault vault, Manifest manifest, ReadLease lease, Progress progress) {
        this.vault = vault;
        this.lease = lease;
        this.quarantine = new Quarantine(vault, manifest.source());
        this.manifest = manifest;
        this.progress = progress;
        this.owners = Manifests.owners(manifest);
    }

    CheckReport run(CheckLevel level) {
        List<Problem> problems = switch (level) {
            case LISTED -> listed();
            case READ -> read(manifest.chunks());
        };
        return new CheckReport(
                manifest.source(), manifest.backup(), level, manifest.chunks().size(), storedBytes(), problems);
    }

    /** A quarantined chunk is read again: somebody may have brought the object back. */
    private List<Problem> listed() {
        List<Problem> problems = new ArrayList<>();
        Map<StoredChunk, Fault> missing = ChunkListing.compare(vault, manifest.source(), manifest.chunks())
                .problems();
        missing.forEach((chunk, fault) -> problems.add(problem(chunk, fault)));
        Set<ChunkPlace> suspects = quarantine.places();
        problems.addAll(read(manifest.chunks().stream()
                .filter(chunk -> suspects.contains(ChunkPlace.of(chunk)) && !missing.containsKey(chunk))
                .toList()));
        progress.at(storedBytes(), storedBytes());
        return problems;
    }

    private List<Problem> read(List<StoredChunk> wanted) {
        Set<ChunkPlace> suspects = quarantine.places();
        Queue<Problem> problems = new ConcurrentLinkedQueue<>();
        AtomicLong done = new AtomicLong();
        try (ChunkReader chunks = new ChunkReader(vault, manifest.source(), manifest.backup(), lease)) {
            AtOnce.each(wanted, AT_ONCE, "checking a backup", chunk -> {
                if (reads(chunk, chunks, problems) && suspects.contains(ChunkPlace.of(chunk))) {
                    quarantine.lift(chunk);
                }
                progress.at(done.addAndGet(chunk.stored()), storedBytes());
            });
        }
        return List.copyOf(problems);
    }

    private boolean reads(StoredChunk chunk, ChunkReader chunks, Queue<Problem> problems) {
        try {
            chunks.read(chunk, String.join(", ", affected(chunk)));
            return true;
        } catch (Failure failure) {
            problems.add(problem(chunk, fault(failure)));
            return false;
        }
    }

    private static Fault fault(Failure failure) {
        return switch (failure.code()) {
            case CHUNK_MISSING -> Fault.MISSING;
            case CHUNK_CORRUPT -> Fault.CORRUPT;
            default -> throw failure;
        };
    }

    private Problem problem(StoredChunk chunk, Fault fault) {
        return new Problem(chunk, fault, affected(chunk));
    }

    private List<String> affected(StoredChunk chunk) {
        return owners.getOrDefault(chunk.id(), List.of());
    }

    private long storedBytes() {
        return manifest.chunks().stream().mapToLong(StoredChunk::stored).sum();
    }
}
