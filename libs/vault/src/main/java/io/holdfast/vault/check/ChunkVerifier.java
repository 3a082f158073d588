package io.holdfast.vault.check;

import com.github.luben.zstd.ZstdException;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.chunk.ChunkBufferPool;
import io.holdfast.vault.chunk.ChunkCodec;
import io.holdfast.vault.chunk.ChunkCodecPool;
import io.holdfast.vault.chunk.FallbackChunkReader;
import io.holdfast.vault.chunk.Quarantine;
import io.holdfast.vault.core.VaultContext;
import io.holdfast.vault.crypto.LargeAllocationLock;
import io.holdfast.vault.crypto.ObjectSealer;
import io.holdfast.vault.format.ChunkFault;
import io.holdfast.vault.format.ChunkId;
import io.holdfast.vault.format.ChunkObjectName;
import io.holdfast.vault.format.ChunkSizeClass;
import io.holdfast.vault.format.StoredChunk;
import io.holdfast.vault.store.StoredObject;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Reads single chunks for what is wrong with them, whatever backup they are of. */
final class ChunkVerifier implements AutoCloseable {
    private static final long LONGEST = ChunkCodec.longestObject(ChunkSizeClass.LARGEST);

    /** Several of these may be in memory at once. */
    private static final long USUAL = ChunkCodec.longestObject(ChunkSizeClass.MIB_1.max());

    private final VaultContext vault;
    private final SourceId source;
    private final long heap;
    private final Quarantine quarantine;
    private final Set<ChunkObjectName> suspects;
    private final ChunkCodecPool codecs;
    private final FallbackChunkReader others;
    private final ChunkBufferPool arrays = new ChunkBufferPool();
    private final AtomicInteger replaced = new AtomicInteger();

    ChunkVerifier(VaultContext vault, SourceId source) {
        this(vault, source, vault.sealer().limits().heap());
    }

    /** @param heap bytes of this process's memory */
    ChunkVerifier(VaultContext vault, SourceId source, long heap) {
        this.vault = vault;
        this.source = source;
        this.heap = heap;
        this.quarantine = new Quarantine(vault, source);
        this.suspects = quarantine.places();
        this.codecs = new ChunkCodecPool(vault.keys(), arrays);
        this.others = new FallbackChunkReader(vault, source, codecs);
    }

    /** Empty if its content can be read. What is not well is quarantined; what is again, no longer. */
    Optional<ChunkFault> look(StoredChunk chunk) {
        Optional<ChunkFault> fault = listedWriting(chunk);
        if (fault.isEmpty()) {
            if (suspects.contains(ChunkObjectName.of(chunk))) {
                quarantine.lift(chunk);
            }
            return fault;
        }
        quarantine.add(chunk, fault.get(), null);
        if (others.read(chunk).isPresent()) {
            replaced.incrementAndGet();
            return Optional.empty();
        }
        return fault;
    }

    /** How many were not well, and were read from another writing. */
    int replaced() {
        return replaced.get();
    }

    private Optional<ChunkFault> listedWriting(StoredChunk chunk) {
        for (int attempt = 0; attempt < 2; attempt++) {
            byte[] object = vault.objects().chunk(source, chunk).orElse(null);
            if (object == null) {
                return Optional.of(ChunkFault.MISSING);
            }
            if (opens(chunk, object)) {
                return Optional.empty();
            }
        }
        return Optional.of(ChunkFault.CORRUPT);
    }

    boolean isSuspect(StoredChunk chunk) {
        return suspects.contains(ChunkObjectName.of(chunk));
    }

    /**
     * Whether an object that nobody lists is a chunk of this source; one that is gone by now was. One that is too large for
     * this process to have written it is not: anybody may have put it there, and it must not fill the memory.
     */
    boolean isOurs(StoredObject object) {
        if (object.size() > Math.min(LONGEST, heap / 4)) {
            return false;
        }
        return object.size() <= USUAL ? opens(object) : LargeAllocationLock.take(object.key(), () -> opens(object));
    }

    private boolean opens(StoredObject object) {
        ChunkId id = ChunkObjectName.of(object.key()).id();
        try {
            return vault.store()
                    .get(object.key(), 0, (int) object.size() + 1)
                    .map(bytes -> codecs.use(codec -> codec.isOf(source, id, bytes)))
                    .orElse(true);
        } catch (HoldfastException holdfastException) {
            if (!ObjectSealer.isUnreadable(holdfastException)) {
                throw holdfastException;
            }
            return true; // of keys that another key file has
        }
    }

    private boolean opens(StoredChunk chunk, byte[] object) {
        try {
            arrays.giveBack(codecs.use(codec -> codec.open(source, chunk, object)));
            return true;
        } catch (GeneralSecurityException | ZstdException e) {
            return false;
        }
    }

    @Override
    public void close() {
        codecs.close();
    }
}
