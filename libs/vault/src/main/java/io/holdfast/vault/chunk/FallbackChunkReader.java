package io.holdfast.vault.chunk;

import com.github.luben.zstd.ZstdException;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.core.VaultContext;
import io.holdfast.vault.format.ChunkId;
import io.holdfast.vault.format.ChunkObjectName;
import io.holdfast.vault.format.StoredChunk;
import io.holdfast.vault.format.VaultLayout;
import io.holdfast.vault.store.StoredObject;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A chunk's other writings. Every upload has a key of its own, so what rotted under one may be well under another: a later
 * backup wrote it anew. Its name is of its content, so one that opens under the name is the same to the last byte.
 */
public final class FallbackChunkReader {
    private final VaultContext vault;
    private final SourceId source;
    private final ChunkCodecPool codecs;

    public FallbackChunkReader(VaultContext vault, SourceId source, ChunkCodecPool codecs) {
        this.vault = vault;
        this.source = source;
        this.codecs = codecs;
    }

    /** An array that begins with the plain bytes, from the first writing but this one that opens. */
    public Optional<byte[]> read(StoredChunk chunk) {
        return listed(chunk.id()).stream()
                .filter(object -> object.size() <= ChunkCodec.longestObject(chunk.bytes()))
                .filter(object -> !ChunkObjectName.of(object.key()).equals(ChunkObjectName.of(chunk)))
                .flatMap(object -> opened(chunk, object).stream())
                .findFirst();
    }

    private List<StoredObject> listed(ChunkId id) {
        try (Stream<StoredObject> writings = vault.store().list(VaultLayout.chunk(source, id, 0))) {
            return writings.toList();
        }
    }

    private Optional<byte[]> opened(StoredChunk chunk, StoredObject object) {
        int generation = ChunkObjectName.of(object.key()).generation();
        return vault.store().get(object.key(), 0, (int) object.size() + 1).flatMap(bytes -> {
            StoredChunk other = new StoredChunk(chunk.id(), chunk.bytes(), bytes.length, generation);
            try {
                return Optional.of(codecs.use(codec -> codec.open(source, other, bytes)));
            } catch (GeneralSecurityException | ZstdException e) {
                return Optional.empty();
            }
        });
    }
}
