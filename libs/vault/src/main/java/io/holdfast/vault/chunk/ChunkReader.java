package io.holdfast.vault.chunk;

import com.github.luben.zstd.ZstdException;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.core.VaultContext;
import io.holdfast.vault.format.ChunkFault;
import io.holdfast.vault.format.StoredChunk;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fetches chunks of one source and believes none: each is authenticated and its id computed again. */
public final class ChunkReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChunkReader.class);

    private final VaultContext vault;
    private final SourceId source;
    private final BackupId backup;
    private final ReadLease lease;
    private final Quarantine quarantine;
    private final ChunkCodecPool codecs;
    private final FallbackChunkReader others;
    private final ChunkBufferPool arrays = new ChunkBufferPool();

    /** @param replaced why the chunk was read from another writing; null if it was not */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    public record Reading(byte[] array, @Nullable HoldfastException replaced) {}

    public ChunkReader(VaultContext vault, SourceId source, BackupId backup, ReadLease lease) {
        this.vault = vault;
        this.source = source;
        this.backup = backup;
        this.lease = lease;
        this.quarantine = new Quarantine(vault, source);
        this.codecs = new ChunkCodecPool(vault.keys(), arrays);
        this.others = new FallbackChunkReader(vault, source, codecs);
    }

    /**
     * An array that begins with a chunk's plain bytes, to be given back or kept. A chunk that is not what was stored is
     * fetched once more, and then quarantined; if the same was written another time and that is well, it is read from there.
     *
     * @param owner which table or object asks, for the message
     * @throws HoldfastException CHUNK_MISSING, CHUNK_CORRUPT; BACKUP_NOT_USABLE if the backup was deleted under its reader
     */
    public byte[] read(StoredChunk chunk, String owner) {
        return look(chunk, owner).array();
    }

    /** The same, in an array of its own that is no longer than the chunk: to be kept. */
    public byte[] copy(StoredChunk chunk, String owner) {
        byte[] array = read(chunk, owner);
        byte[] copy = Arrays.copyOf(array, chunk.bytes());
        arrays.giveBack(array);
        return copy;
    }

    /** An array that was read here and that nobody else has. */
    public void giveBack(byte[] array) {
        arrays.giveBack(array);
    }

    /** The same, saying where it was read. */
    public Reading look(StoredChunk chunk, String owner) {
        lease.ensure();
        try {
            return new Reading(listedWriting(chunk, owner), null);
        } catch (HoldfastException bad) {
            if (bad.code() != FailureCode.CHUNK_MISSING && bad.code() != FailureCode.CHUNK_CORRUPT) {
                throw bad;
            }
            byte[] array = others.read(chunk).orElseThrow(() -> bad);
            LOG.warn("read from another writing of it: {}", bad.getMessage());
            return new Reading(array, bad);
        }
    }

    private byte[] listedWriting(StoredChunk chunk, String owner) {
        try {
            return opened(chunk, owner);
        } catch (GeneralSecurityException | ZstdException first) {
            try {
                return opened(chunk, owner);
            } catch (GeneralSecurityException | ZstdException e) {
                quarantine.add(chunk, ChunkFault.CORRUPT, backup);
                throw bad(FailureCode.CHUNK_CORRUPT, chunk, owner, "is corrupt: " + e.getMessage(), e);
            }
        }
    }

    private byte[] opened(StoredChunk chunk, String owner) throws GeneralSecurityException {
        byte[] object = vault.objects().chunk(source, chunk).orElseThrow(() -> missing(chunk, owner));
        return codecs.use(codec -> codec.open(source, chunk, object));
    }

    /** Of a backup that was swept while its reader stood still, nothing is wrong. */
    private HoldfastException missing(StoredChunk chunk, String owner) {
        vault.objects().refuseTombstoned(source, backup);
        quarantine.add(chunk, ChunkFault.MISSING, backup);
        return bad(FailureCode.CHUNK_MISSING, chunk, owner, "is missing", null);
    }

    private HoldfastException bad(
            FailureCode code, StoredChunk chunk, String owner, String what, @Nullable Throwable cause) {
        String message = "chunk " + chunk.id() + " of backup " + backup + " (source " + source + "), needed by " + owner
                + ", " + what + "; use another backup, or bring the object back from a copy of the bucket";
        return new HoldfastException(
                io.holdfast.contracts.FailureReason.of(code, message, chunk.id().toString()), cause);
    }

    @Override
    public void close() {
        codecs.close();
    }
}
