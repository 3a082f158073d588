package io.holdfast.vault.write;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.chunk.ChunkInventoryDiff;
import io.holdfast.vault.chunk.Quarantine;
import io.holdfast.vault.core.ParallelTasks;
import io.holdfast.vault.core.VaultContext;
import io.holdfast.vault.crypto.ObjectSealer;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.ChunkFault;
import io.holdfast.vault.format.ChunkId;
import io.holdfast.vault.format.ChunkObjectName;
import io.holdfast.vault.format.ChunkSizeClass;
import io.holdfast.vault.format.JournalPage;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.StoredChunk;
import io.holdfast.vault.format.VaultLayout;
import io.holdfast.vault.store.StoredObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chunks that somebody vouches for: the source's newest live manifests, and the journals of backups that were not
 * committed. One of them that is no longer listed, or with another size, or in quarantine, is not known: it will be
 * written anew.
 */
final class ReusableChunkIndex {
    private static final Logger LOG = LoggerFactory.getLogger(ReusableChunkIndex.class);

    /** What only older backups have is stored again, if it ever comes back: that is rare, and reading all is not cheap. */
    private static final int NEWEST = 12;

    private static final int AT_ONCE = 4;

    private final Set<StoredChunk> candidates = new HashSet<>();
    private final Map<ChunkId, StoredChunk> chunks = new HashMap<>();
    private final Map<BackupContents.Name, Sizes> sizes = new HashMap<>();
    private int narrowed;

    /** @param ours which pages of journals say nothing that the caller does not know */
    static ReusableChunkIndex load(VaultContext vault, SourceId source, Predicate<String> ours) {
        ReusableChunkIndex known = new ReusableChunkIndex();
        Set<BackupId> buried = vault.objects().tombstoned(source);
        List<BackupId> committed = vault.objects().committed(source);
        List<BackupId> live =
                committed.stream().filter(id -> !buried.contains(id)).toList();
        known.readManifests(vault, source, live);
        ParallelTasks.each(
                unfinished(vault, source, committed, buried, ours),
                ParallelTasks.REQUESTS,
                "reading journals",
                page -> known.readJournal(vault, page));
        known.settle(vault, source);
        return known;
    }

    /**
     * Not those of committed backups: what a manifest left out of its own journal may be swept when the grace after the
     * commit is over, and so must not be told to anybody after the commit.
     */
    private static List<String> unfinished(
            VaultContext vault,
            SourceId source,
            List<BackupId> committed,
            Set<BackupId> buried,
            Predicate<String> ours) {
        Set<BackupId> finished = new HashSet<>(committed);
        finished.addAll(buried);
        try (Stream<StoredObject> pages = vault.store().list(VaultLayout.journals(source))) {
            return pages.map(StoredObject::key)
                    .filter(ours.negate())
                    .filter(key -> VaultLayout.journalled(source, key)
                            .filter(backup -> !finished.contains(backup))
                            .isPresent())
                    .toList();
        }
    }

    int size() {
        return chunks.size();
    }

    @Nullable
    StoredChunk find(ChunkId id) {
        return chunks.get(id);
    }

    /** What the newest backup that has the table has it in. */
    @Nullable
    ChunkSizeClass sizes(BackupContents.Name table) {
        Sizes known = sizes.get(table);
        return known == null ? null : known.sizes;
    }

    /** Those of single tables count for nothing, lest some restores in a row push out what a whole backup has. */
    private void readManifests(VaultContext vault, SourceId source, List<BackupId> newestFirst) {
        int read = 0;
        while (read < newestFirst.size() && read - narrowed < NEWEST) {
            int upTo = Math.min(newestFirst.size(), NEWEST + narrowed);
            ParallelTasks.each(
                    newestFirst.subList(read, upTo),
                    AT_ONCE,
                    "reading manifests",
                    backup -> readManifest(vault, source, backup));
            read = upTo;
        }
    }

    /** A damaged manifest costs the reuse of its chunks, not the new backup. */
    private void readManifest(VaultContext vault, SourceId source, BackupId backup) {
        try {
            vault.objects().find(source, backup).ifPresent(this::add);
        } catch (HoldfastException holdfastException) {
            passOver(holdfastException);
        }
    }

    private void readJournal(VaultContext vault, String key) {
        try {
            vault.sealed().read(key, JournalPage.class).ifPresent(page -> add(page.chunks()));
        } catch (HoldfastException holdfastException) {
            passOver(holdfastException);
        }
    }

    private static void passOver(HoldfastException holdfastException) {
        if (!ObjectSealer.isUnreadable(holdfastException)) {
            throw holdfastException;
        }
        LOG.warn("its chunks are not reused: {}", holdfastException.getMessage());
    }

    private synchronized void add(Manifest manifest) {
        add(manifest.chunks());
        narrowed += manifest.contents().scope().ofSingleTables() ? 1 : 0;
        for (BackupContents.Table table : manifest.contents().tables()) {
            sizes.merge(
                    table.name(),
                    new Sizes(manifest.backup(), table.sizeClass()),
                    (a, b) -> a.in.compareTo(b.in) >= 0 ? a : b);
        }
    }

    private record Sizes(BackupId in, ChunkSizeClass sizes) {}

    private synchronized void add(List<StoredChunk> found) {
        candidates.addAll(found);
    }

    private void settle(VaultContext vault, SourceId source) {
        if (candidates.isEmpty()) {
            return;
        }
        Quarantine quarantine = new Quarantine(vault, source);
        Set<ChunkObjectName> suspect = quarantine.places();
        candidates.removeIf(chunk -> suspect.contains(ChunkObjectName.of(chunk)));
        Map<StoredChunk, ChunkFault> problems =
                ChunkInventoryDiff.compare(vault, source, candidates).problems();
        ParallelTasks.each(
                problems.entrySet(),
                ParallelTasks.REQUESTS,
                "noting what is missing",
                bad -> note(vault, source, quarantine, bad.getKey(), bad.getValue()));
        candidates.removeAll(problems.keySet());
        candidates.forEach(chunk -> chunks.put(chunk.id(), chunk));
        candidates.clear();
    }

    /** A listing may lag behind, or lack what is there: all backups with the chunk become damaged only if it says so itself. */
    private static void note(
            VaultContext vault, SourceId source, Quarantine quarantine, StoredChunk chunk, ChunkFault fault) {
        boolean well = vault.store()
                .head(VaultLayout.chunk(source, chunk))
                .filter(object -> object.size() == chunk.stored())
                .isPresent();
        if (well) {
            LOG.warn("chunk {} of source {} is {} in a listing only; it is written again", chunk.id(), source, fault);
        } else {
            quarantine.add(chunk, fault, null);
        }
    }
}
