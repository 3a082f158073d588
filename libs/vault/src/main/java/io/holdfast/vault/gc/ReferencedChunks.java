package io.holdfast.vault.gc;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.core.ParallelTasks;
import io.holdfast.vault.core.VaultContext;
import io.holdfast.vault.crypto.ObjectSealer;
import io.holdfast.vault.format.ChunkId;
import io.holdfast.vault.format.ChunkObjectName;
import io.holdfast.vault.format.StoredChunk;
import io.holdfast.vault.format.VaultLayout;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/** The chunks of a source that somebody may rely on: those of every manifest and journal that is not over. */
final class ReferencedChunks {
    private final VaultContext vault;
    private final SourceId source;
    private final Set<ChunkObjectName> places = new HashSet<>();
    private final Queue<String> obstacles = new ConcurrentLinkedQueue<>();

    private ReferencedChunks(VaultContext vault, SourceId source) {
        this.vault = vault;
        this.source = source;
    }

    static ReferencedChunks read(VaultContext vault, SourceId source, SourceObjects sourceObjects) {
        ReferencedChunks referencedChunks = new ReferencedChunks(vault, source);
        List<BackupId> manifests = sourceObjects.manifests().keySet().stream()
                .filter(backup -> !sourceObjects.over(backup))
                .toList();
        ParallelTasks.each(manifests, ParallelTasks.REQUESTS, "reading manifests", referencedChunks::readManifest);
        sourceObjects.journals().keySet().stream()
                .filter(backup -> !sourceObjects.journalOver(backup))
                .forEach(backup -> {
                    referencedChunks.places.addAll(sourceObjects.pages().places(backup));
                    referencedChunks.obstacles.addAll(sourceObjects.pages().unreadable(backup));
                });
        return referencedChunks;
    }

    boolean contains(ChunkObjectName place) {
        return places.contains(place);
    }

    /** What is relied on and is not listed, or in quarantine: its content may be had from another writing only. */
    Set<ChunkId> bad(Set<ChunkObjectName> listed, Set<ChunkObjectName> suspects) {
        return places.stream()
                .filter(place -> !listed.contains(place) || suspects.contains(place))
                .map(ChunkObjectName::id)
                .collect(Collectors.toSet());
    }

    /** What cannot be read and may list any chunk: as long as there is one, none may be removed. */
    List<String> obstacles() {
        return obstacles.stream().sorted().toList();
    }

    private void readManifest(BackupId backup) {
        try {
            vault.objects()
                    .find(source, backup)
                    .ifPresentOrElse(manifest -> add(manifest.chunks()), () -> refuseIfThere(backup));
        } catch (HoldfastException holdfastException) {
            if (!ObjectSealer.isUnreadable(holdfastException)) {
                throw holdfastException;
            }
            obstacles.add(holdfastException.reason().message());
        }
    }

    /** One that is gone by now was over for another sweep. */
    private void refuseIfThere(BackupId backup) {
        String key = VaultLayout.manifest(source, backup);
        if (vault.store().head(key).isPresent()) {
            obstacles.add(key + " is there and cannot be fetched; look at the log of the bucket's server");
        }
    }

    private synchronized void add(List<StoredChunk> chunks) {
        chunks.forEach(chunk -> places.add(ChunkObjectName.of(chunk)));
    }
}
