package io.holdfast.vault;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.store.StoredObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chunks that somebody vouches for: the source's live manifests and journals. One of them that is no longer listed, or
 * with another size, is not known; it will be written anew as the next generation.
 */
final class KnownChunks {
    private static final Logger LOG = LoggerFactory.getLogger(KnownChunks.class);

    private final Map<ChunkId, StoredChunk> chunks = new HashMap<>();
    private final Map<ChunkId, Integer> lost = new HashMap<>();

    static KnownChunks load(Vault vault, SourceId source) {
        KnownChunks known = new KnownChunks();
        vault.backups(source).forEach(backup -> known.readManifest(vault, source, backup));
        try (Stream<StoredObject> pages = vault.store().list(Layout.journals(source))) {
            pages.forEach(page -> known.readJournal(vault, page.key()));
        }
        known.keepListed(vault, source);
        return known;
    }

    int size() {
        return chunks.size();
    }

    @Nullable
    StoredChunk find(ChunkId id) {
        return chunks.get(id);
    }

    /** The generation from which a new upload may look for a free key. */
    int firstGeneration(ChunkId id) {
        return lost.getOrDefault(id, 0);
    }

    /** A damaged manifest costs the reuse of its chunks, not the new backup. */
    private void readManifest(Vault vault, SourceId source, BackupId backup) {
        try {
            vault.findManifest(source, backup).ifPresent(manifest -> add(manifest.chunks()));
        } catch (Failure failure) {
            passOver(failure);
        }
    }

    private void readJournal(Vault vault, String key) {
        try {
            vault.store()
                    .get(key)
                    .ifPresent(bytes ->
                            add(vault.seal().open(key, bytes, JournalPage.class).chunks()));
        } catch (Failure failure) {
            passOver(failure);
        }
    }

    private void passOver(Failure failure) {
        if (failure.code() != FailureCode.MANIFEST_CORRUPT && failure.code() != FailureCode.VAULT_UNKNOWN_FORMAT) {
            throw failure;
        }
        LOG.warn("its chunks are not reused: {}", failure.getMessage());
    }

    private void add(List<StoredChunk> found) {
        found.forEach(chunk -> chunks.merge(chunk.id(), chunk, (a, b) -> a.generation() >= b.generation() ? a : b));
    }

    private void keepListed(Vault vault, SourceId source) {
        if (chunks.isEmpty()) {
            return;
        }
        ChunkListing listing = ChunkListing.compare(vault, source, chunks.values());
        listing.problems().forEach((chunk, fault) -> {
            chunks.remove(chunk.id());
            lost.put(chunk.id(), chunk.generation() + 1);
            LOG.warn("chunk {} of source {} is {} in the vault; it is written anew", chunk.id(), source, fault);
        });
    }
}
