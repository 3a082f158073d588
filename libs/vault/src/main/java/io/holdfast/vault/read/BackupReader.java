package io.holdfast.vault.read;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.chunk.ChunkReader;
import io.holdfast.vault.chunk.ReadLease;
import io.holdfast.vault.core.VaultContext;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.ChunkId;
import io.holdfast.vault.format.Extent;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.StoredChunk;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Reads one backup's data. Safe for many threads, each with its own stream. Every byte handed out is authentic: it is of
 * the chunk that the signed manifest names.
 *
 * <p>Failures: CHUNK_MISSING and CHUNK_CORRUPT, naming chunk, table and backup; BACKUP_NOT_USABLE when the backup was
 * deleted under its reader, which then ends within the grace; those of the store.
 */
public final class BackupReader implements AutoCloseable {
    private final Manifest manifest;
    private final ChunkReader chunks;
    private final ExecutorService fetches = Executors.newVirtualThreadPerTaskExecutor();
    private final SharedChunkCache shared;
    private final Map<ChunkId, StoredChunk> byId;

    public BackupReader(VaultContext vault, Manifest manifest, ReadLease lease) {
        this.manifest = manifest;
        this.chunks = new ChunkReader(vault, manifest.source(), manifest.backup(), lease);
        this.shared = new SharedChunkCache();
        this.byId = HashMap.newHashMap(manifest.chunks().size());
        manifest.chunks().forEach(chunk -> byId.put(chunk.id(), chunk));
    }

    public Manifest manifest() {
        return manifest;
    }

    /** A table's rows as they were written, in order. To be closed. */
    public InputStream open(BackupContents.Table table) {
        return open(table.extents(), table.name().toString());
    }

    /** The schema dump. To be closed. */
    public InputStream open(BackupContents.SchemaDump schema) {
        return open(schema.extents(), "schema dump");
    }

    /**
     * The bytes of these extents, in order, fetched a little ahead of the reader: at most about 16 MiB, or one chunk if
     * that is larger. To be closed. Failures come as {@link HoldfastException}, out of {@code read}.
     *
     * @param owner what they belong to, for messages
     */
    public InputStream open(List<Extent> extents, String owner) {
        return new ExtentInputStream(new ExtentPrefetcher(extents, new Fetching(owner), fetches));
    }

    /** A chunk that others read, too, is kept for them; one of its own goes back when the stream is done with it. */
    private final class Fetching implements ExtentPrefetcher.Fetch {
        private final String owner;

        Fetching(String owner) {
            this.owner = owner;
        }

        @Override
        public byte[] get(Extent extent) {
            StoredChunk chunk = byId.get(extent.chunk());
            if (chunk == null || extent.offset() + extent.length() > chunk.bytes()) {
                throw HoldfastException.about(
                        owner,
                        FailureCode.MANIFEST_CORRUPT,
                        owner + " of backup " + manifest.backup() + " has an extent that its manifest does not cover: "
                                + extent);
            }
            return isWhole(extent) ? chunks.read(chunk, owner) : shared.get(chunk, c -> chunks.copy(c, owner));
        }

        @Override
        public void done(Extent extent, byte[] array) {
            if (isWhole(extent)) {
                chunks.giveBack(array);
            }
        }

        private boolean isWhole(Extent extent) {
            StoredChunk chunk = byId.get(extent.chunk());
            return chunk != null && extent.length() == chunk.bytes();
        }
    }

    @Override
    public void close() {
        fetches.shutdownNow();
        fetches.close();
        chunks.close();
    }
}
