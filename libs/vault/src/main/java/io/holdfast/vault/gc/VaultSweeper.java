package io.holdfast.vault.gc;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.chunk.Quarantine;
import io.holdfast.vault.core.DualClockInstant;
import io.holdfast.vault.core.ParallelTasks;
import io.holdfast.vault.core.VaultContext;
import io.holdfast.vault.format.ChunkId;
import io.holdfast.vault.format.ChunkObjectName;
import io.holdfast.vault.format.VaultLayout;
import io.holdfast.vault.store.StoredObject;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what nobody can rely on any more. A chunk goes if it is older than the grace and no manifest or journal lists
 * it but those that are over, and if it is not another writing of one that is listed and bad: readers take its content then.
 * Chunks go first, then what listed them, the tombstone last and later: a sweep that dies
 * leaves what the next one finds.
 *
 * <p>That a chunk which nobody lists now is not listed a moment later follows from three rules: a writer commits within
 * less than half the grace after it read what is known; what is over is not known to anybody who still may commit; and
 * the key of an upload is always new, so a slow or a second sweep cannot hit what was written since.
 */
public final class VaultSweeper {
    private static final Logger LOG = LoggerFactory.getLogger(VaultSweeper.class);

    private final VaultContext vault;
    private final SourceId source;
    private final boolean dry;

    public VaultSweeper(VaultContext vault, SourceId source, boolean dry) {
        this.vault = vault;
        this.source = source;
        this.dry = dry;
    }

    public SweepReport run() {
        SourceObjects sourceObjects = new SourceObjects(vault, source, DualClockInstant.of(vault));
        ReferencedChunks referencedChunks = ReferencedChunks.read(vault, source, sourceObjects);
        List<BackupId> abandoned = sourceObjects.abandoned().stream()
                .filter(backup -> dry || new BackupDeletion(vault, source, backup).buryAbandoned(sourceObjects::old))
                .toList();
        if (!referencedChunks.obstacles().isEmpty()) {
            LOG.warn("source {} is not swept: {}", source, referencedChunks.obstacles());
            return new SweepReport(source, List.of(), abandoned, 0, 0, referencedChunks.obstacles());
        }
        List<StoredObject> garbage = garbage(sourceObjects, referencedChunks);
        List<BackupId> over = sourceObjects.over().stream()
                .filter(backup -> sourceObjects.manifests().containsKey(backup))
                .toList();
        if (!dry) {
            remove(garbage);
            leave(sourceObjects, referencedChunks);
        }
        return new SweepReport(
                source,
                over,
                abandoned,
                garbage.size(),
                garbage.stream().mapToLong(StoredObject::size).sum(),
                List.of());
    }

    private List<StoredObject> garbage(SourceObjects sourceObjects, ReferencedChunks referencedChunks) {
        Set<ChunkObjectName> listed = new HashSet<>();
        List<StoredObject> candidates;
        try (Stream<StoredObject> chunks = vault.store().list(VaultLayout.chunks(source))) {
            candidates = chunks.peek(object -> listed.add(VaultLayout.chunkAt(source, object.key())))
                    .filter(sourceObjects::old)
                    .filter(object -> {
                        ChunkObjectName place = VaultLayout.chunkAt(source, object.key());
                        return !place.equals(ChunkObjectName.NOWHERE) && !referencedChunks.contains(place);
                    })
                    .toList();
        }
        Set<ChunkId> replacing = referencedChunks.bad(listed, new Quarantine(vault, source).places());
        return candidates.stream()
                .filter(object ->
                        !replacing.contains(ChunkObjectName.of(object.key()).id()))
                .toList();
    }

    private void leave(SourceObjects sourceObjects, ReferencedChunks referencedChunks) {
        sourceObjects.journals().forEach((backup, pages) -> {
            if (sourceObjects.journalOver(backup)) {
                remove(pages);
            }
        });
        sourceObjects.over().forEach(backup -> {
            remove(objects(VaultLayout.proofs(source, backup)));
            vault.store().delete(VaultLayout.manifest(source, backup));
        });
        sourceObjects.forgotten().forEach(backup -> vault.store().delete(VaultLayout.tombstone(source, backup)));
        remove(uselessNotes(referencedChunks));
    }

    /** Quarantine notes of chunks that are gone and not missed. */
    private List<StoredObject> uselessNotes(ReferencedChunks referencedChunks) {
        return objects(VaultLayout.quarantine(source)).stream()
                .filter(note -> {
                    ChunkObjectName place = Quarantine.place(note.key());
                    return !place.equals(ChunkObjectName.NOWHERE)
                            && !referencedChunks.contains(place)
                            && vault.store()
                                    .head(VaultLayout.chunk(source, place.id(), place.generation()))
                                    .isEmpty();
                })
                .toList();
    }

    private List<StoredObject> objects(String prefix) {
        try (Stream<StoredObject> all = vault.store().list(prefix)) {
            return all.toList();
        }
    }

    private void remove(List<StoredObject> objects) {
        ParallelTasks.each(
                objects,
                ParallelTasks.REQUESTS,
                "sweeping",
                object -> vault.store().delete(object.key()));
    }
}
