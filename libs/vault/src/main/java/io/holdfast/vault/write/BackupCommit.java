package io.holdfast.vault.write;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.chunk.ChunkInventoryDiff;
import io.holdfast.vault.core.ParallelTasks;
import io.holdfast.vault.core.VaultContext;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.BackupSizeTotals;
import io.holdfast.vault.format.ChunkFault;
import io.holdfast.vault.format.ChunkId;
import io.holdfast.vault.format.Extent;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.StoredChunk;
import io.holdfast.vault.format.VaultLayout;
import io.holdfast.vault.gc.BackupDeletion;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The one step that makes a backup exist. */
final class BackupCommit {
    private final VaultContext vault;
    private final ChunkUploader uploader;
    private final CommitDeadline deadline;
    private final InstantSource clock;

    BackupCommit(VaultContext vault, ChunkUploader uploader, CommitDeadline deadline, InstantSource clock) {
        this.vault = vault;
        this.uploader = uploader;
        this.deadline = deadline;
        this.clock = clock;
    }

    Manifest commit(SourceId source, BackupId backup, BackupContents backupContents, WriteStats stats) {
        Collection<StoredChunk> chunks = chunks(backupContents);
        deadline.check(backup.toString());
        ParallelTasks.all(
                "looking whether backup " + backup + " may be committed",
                () -> requireListed(source, backup, chunks),
                () -> vault.objects().refuseTombstoned(source, backup),
                () -> SourceNameStore.record(vault, source, backupContents.sourceName(), clock.instant()));
        Manifest manifest = new Manifest(
                Manifest.FORMAT,
                backup,
                source,
                clock.instant(),
                backupContents,
                totals(backupContents, chunks, stats),
                List.copyOf(chunks));
        String key = VaultLayout.manifest(source, backup);
        byte[] sealed = vault.sealer().seal(key, manifest);
        deadline.check(backup.toString());
        if (!vault.store().putLocked(key, sealed)) {
            return adopt(source, backup);
        }
        withdrawIfLate(source, backup);
        vault.objects()
                .refuseTombstoned(source, backup); // one that came after the first look; a sweep's sees the manifest
        return manifest;
    }

    /**
     * A writer that stood still between the check and its PUT may rely on chunks that are gone. Only for a manifest that
     * is its own: another writer's was in time.
     */
    private void withdrawIfLate(SourceId source, BackupId backup) {
        try {
            deadline.check(backup.toString());
        } catch (HoldfastException late) {
            new BackupDeletion(vault, source, backup).bury("writer", "committed too late");
            throw late;
        }
    }

    private Manifest adopt(SourceId source, BackupId backup) {
        Manifest theirs = vault.objects().liveManifest(source, backup);
        requireListed(source, backup, theirs.chunks());
        return theirs;
    }

    private Collection<StoredChunk> chunks(BackupContents backupContents) {
        Map<ChunkId, StoredChunk> used = new LinkedHashMap<>();
        backupContents.extents().forEach(owned -> {
            Extent extent = owned.extent();
            StoredChunk chunk = used.computeIfAbsent(extent.chunk(), uploader::find);
            if (chunk == null || extent.offset() + extent.length() > chunk.bytes()) {
                throw new IllegalArgumentException(
                        owned.owner() + " has an extent that this writer did not write: " + extent);
            }
        });
        return used.values();
    }

    private void requireListed(SourceId source, BackupId backup, Collection<StoredChunk> chunks) {
        Map<StoredChunk, ChunkFault> problems =
                ChunkInventoryDiff.compare(vault, source, chunks).problems();
        problems.entrySet().stream().findFirst().ifPresent(first -> {
            String id = first.getKey().id().toString();
            throw HoldfastException.about(
                    id,
                    FailureCode.CHUNK_MISSING,
                    "backup " + backup + " relies on " + problems.size()
                            + " chunks that the vault does not list as they"
                            + " were stored, such as " + id + " (" + first.getValue()
                            + "); run the backup again, which writes them again, and verify older backups");
        });
    }

    private static BackupSizeTotals totals(
            BackupContents backupContents, Collection<StoredChunk> chunks, WriteStats stats) {
        return new BackupSizeTotals(
                backupContents.tables().size(),
                backupContents.tables().stream()
                        .mapToLong(BackupContents.Table::rows)
                        .sum(),
                backupContents
                        .extents()
                        .mapToLong(owned -> owned.extent().length())
                        .sum(),
                chunks.stream().mapToLong(StoredChunk::stored).sum(),
                chunks.size(),
                stats.storedBytes(),
                stats.newChunks());
    }
}
