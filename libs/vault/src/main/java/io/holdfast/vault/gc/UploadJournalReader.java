package io.holdfast.vault.gc;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.core.ParallelTasks;
import io.holdfast.vault.core.VaultContext;
import io.holdfast.vault.crypto.ObjectSealer;
import io.holdfast.vault.format.ChunkObjectName;
import io.holdfast.vault.format.JournalPage;
import io.holdfast.vault.format.StoredChunk;
import io.holdfast.vault.store.StoredObject;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What journals list, as they were when they were read. */
final class UploadJournalReader {
    private final VaultContext vault;
    private final Map<BackupId, Queue<ChunkObjectName>> places = new ConcurrentHashMap<>();
    private final Map<BackupId, Queue<String>> unreadable = new ConcurrentHashMap<>();

    private UploadJournalReader(VaultContext vault) {
        this.vault = vault;
    }

    /** A page that is gone by now was discarded: the manifest that vouches for its chunks is there. */
    static UploadJournalReader read(VaultContext vault, Map<BackupId, List<StoredObject>> journals) {
        UploadJournalReader all = new UploadJournalReader(vault);
        List<Page> pages = journals.entrySet().stream()
                .flatMap(e -> e.getValue().stream().map(page -> new Page(e.getKey(), page.key())))
                .toList();
        ParallelTasks.each(pages, ParallelTasks.REQUESTS, "reading journals", all::read);
        return all;
    }

    private record Page(BackupId backup, String key) {}

    List<ChunkObjectName> places(BackupId backup) {
        return List.copyOf(places.getOrDefault(backup, new ConcurrentLinkedQueue<>()));
    }

    /** Why pages of this journal cannot be read. */
    List<String> unreadable(BackupId backup) {
        return List.copyOf(unreadable.getOrDefault(backup, new ConcurrentLinkedQueue<>()));
    }

    private void read(Page page) {
        try {
            vault.sealed().read(page.key(), JournalPage.class).ifPresent(found -> add(page.backup(), found.chunks()));
        } catch (HoldfastException holdfastException) {
            if (!ObjectSealer.isUnreadable(holdfastException)) {
                throw holdfastException;
            }
            unreadable
                    .computeIfAbsent(page.backup(), b -> new ConcurrentLinkedQueue<>())
                    .add(holdfastException.reason().message());
        }
    }

    private void add(BackupId backup, List<StoredChunk> chunks) {
        Queue<ChunkObjectName> found = places.computeIfAbsent(backup, b -> new ConcurrentLinkedQueue<>());
        chunks.forEach(chunk -> found.add(ChunkObjectName.of(chunk)));
    }
}
