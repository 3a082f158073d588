package io.holdfast.vault.check;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.check.VaultReport.Affected;
import io.holdfast.vault.check.VaultReport.Kind;
import io.holdfast.vault.check.VaultReport.Problem;
import io.holdfast.vault.core.ParallelTasks;
import io.holdfast.vault.core.VaultContext;
import io.holdfast.vault.crypto.ObjectSealer;
import io.holdfast.vault.format.ChunkFault;
import io.holdfast.vault.format.ChunkObjectName;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.StoredChunk;
import io.holdfast.vault.format.VaultLayout;
import io.holdfast.vault.store.StoredObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/**
 * Everything of one source: do its sealed objects open, are its chunks there, and only its chunks. Which chunks are then
 * read is the caller's.
 */
final class SourceIntegrityCheck {
    private final VaultContext vault;
    private final SourceId source;
    private final Map<ChunkObjectName, StoredChunk> needed = new HashMap<>();
    private final List<StoredObject> unreferenced = new ArrayList<>();
    private final Queue<Problem> problems = new ConcurrentLinkedQueue<>();
    private final Map<StoredChunk, ChunkFault> faults = new HashMap<>();
    private int backups;

    SourceIntegrityCheck(VaultContext vault, SourceId source) {
        this.vault = vault;
        this.source = source;
    }

    void survey() {
        openAll();
        lookForStrangers();
        Set<BackupId> buried = vault.objects().tombstoned(source);
        List<BackupId> live = vault.objects().committed(source).stream()
                .filter(id -> !buried.contains(id))
                .toList();
        backups = live.size();
        if (!live.isEmpty()) {
            requireNames();
        }
        ParallelTasks.each(live, ParallelTasks.REQUESTS, "reading manifests", this::readManifest);
        list();
    }

    int backups() {
        return backups;
    }

    List<StoredChunk> needed() {
        return List.copyOf(needed.values());
    }

    /** What was listed, and is there in its size. */
    List<StoredChunk> present() {
        return needed.values().stream()
                .filter(chunk -> !faults.containsKey(chunk))
                .toList();
    }

    /** What was listed, and is not there in its size. */
    List<StoredChunk> faulty() {
        return List.copyOf(faults.keySet());
    }

    List<StoredObject> unreferenced() {
        return unreferenced;
    }

    /** What the listing said of it stays. */
    synchronized void bad(StoredChunk chunk, ChunkFault fault) {
        faults.putIfAbsent(chunk, fault);
    }

    /** Its content can be read, from wherever. */
    synchronized void well(StoredChunk chunk) {
        faults.remove(chunk);
    }

    void foreign(StoredObject object) {
        problems.add(new Problem(
                Kind.FOREIGN,
                source,
                object.key(),
                object.key() + " is nothing that this vault wrote there; see where it comes from, then remove it",
                List.of()));
    }

    /** With what they affect. A chunk that only backups need which were deleted meanwhile is no problem. */
    List<Problem> problems() {
        List<Problem> all = new ArrayList<>(problems);
        all.addAll(new ChunkImpactAnalyzer(vault, source, faults).problems());
        return all;
    }

    private void openAll() {
        Stream.of(
                        VaultLayout.tombstones(source),
                        VaultLayout.holds(source),
                        VaultLayout.proofs(source),
                        VaultLayout.journals(source),
                        VaultLayout.quarantine(source))
                .forEach(this::openAll);
        opens(VaultLayout.source(source));
        openWalDocuments();
    }

    /** Indexes and base backups; the segments are checked when they are recovered. */
    private void openWalDocuments() {
        List<String> documents;
        try (Stream<StoredObject> objects = vault.store().list(VaultLayout.wal(source))) {
            documents = objects.map(StoredObject::key)
                    .filter(key -> key.endsWith(VaultLayout.JSON))
                    .toList();
        }
        ParallelTasks.each(documents, ParallelTasks.REQUESTS, "reading WAL indexes", this::opens);
    }

    /** The first backup of a source writes its names before its manifest. */
    private void requireNames() {
        String names = VaultLayout.source(source);
        if (vault.store().head(names).isEmpty()) {
            problems.add(new Problem(
                    Kind.MISSING,
                    source,
                    names,
                    names + " is missing: commands find the source by its id only; bring it back from a copy of the"
                            + " bucket, or take a new backup, which writes it again",
                    List.of()));
        }
    }

    /** Where manifests lie, nothing else may: everywhere else what is no backup's does not open. */
    private void lookForStrangers() {
        String manifests = VaultLayout.backups(source);
        try (Stream<StoredObject> objects = vault.store().list(manifests)) {
            objects.filter(object ->
                            VaultLayout.backupOf(manifests, object.key()).isEmpty())
                    .forEach(this::foreign);
        }
    }

    private void openAll(String prefix) {
        List<StoredObject> found;
        try (Stream<StoredObject> objects = vault.store().list(prefix)) {
            found = objects.toList();
        }
        ParallelTasks.each(found, ParallelTasks.REQUESTS, "reading " + prefix, object -> opens(object.key()));
    }

    private void opens(String key) {
        guarded(key, List.of(), () -> {
            Optional<Object> unused = vault.sealed().read(key, Object.class);
        });
    }

    private void readManifest(BackupId backup) {
        guarded(
                VaultLayout.manifest(source, backup),
                List.of(new Affected(backup, List.of())),
                () -> vault.objects().find(source, backup).ifPresent(this::need));
    }

    private void guarded(String key, List<Affected> affected, Runnable reading) {
        try {
            reading.run();
        } catch (HoldfastException holdfastException) {
            if (!ObjectSealer.isUnreadable(holdfastException)) {
                throw holdfastException;
            }
            problems.add(new Problem(
                    Kind.UNREADABLE, source, key, holdfastException.reason().message(), affected));
        }
    }

    private synchronized void need(Manifest manifest) {
        manifest.chunks().forEach(chunk -> needed.put(ChunkObjectName.of(chunk), chunk));
    }

    private void list() {
        Map<ChunkObjectName, StoredChunk> missing = new HashMap<>(needed);
        try (Stream<StoredObject> objects = vault.store().list(VaultLayout.chunks(source))) {
            objects.forEach(object -> {
                ChunkObjectName place = VaultLayout.chunkAt(source, object.key());
                StoredChunk chunk = missing.remove(place);
                if (chunk != null && chunk.stored() != object.size()) {
                    faults.put(chunk, ChunkFault.WRONG_SIZE);
                } else if (place.equals(ChunkObjectName.NOWHERE)) {
                    foreign(object);
                } else if (chunk == null) {
                    unreferenced.add(object);
                }
            });
        }
        missing.values().forEach(chunk -> faults.put(chunk, ChunkFault.MISSING));
    }
}
