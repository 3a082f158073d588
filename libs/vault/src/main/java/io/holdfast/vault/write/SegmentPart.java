package io.holdfast.vault.write;

import io.holdfast.vault.format.Extent;
import io.holdfast.vault.format.StoredChunk;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** What a segment wrote between two marks, usually one table. */
public final class SegmentPart {
    private record Piece(CompletableFuture<StoredChunk> chunk, int offset, int length) {}

    private final Function<CompletableFuture<StoredChunk>, StoredChunk> await;
    private final List<Piece> pieces = new ArrayList<>();
    private long bytes;
    private volatile boolean ended;

    /** @param await waits for a chunk, or fails with what made the backup fail */
    SegmentPart(Function<CompletableFuture<StoredChunk>, StoredChunk> await) {
        this.await = await;
    }

    void add(CompletableFuture<StoredChunk> chunk, int offset, int length) {
        pieces.add(new Piece(chunk, offset, length));
    }

    void grew(int length) {
        bytes += length;
    }

    /** Nothing is added any more. */
    void ended() {
        ended = true;
    }

    /** Plain bytes of it. */
    public long bytes() {
        return bytes;
    }

    /**
     * Where it lies; waits until all of it is stored.
     *
     * @throws io.holdfast.contracts.HoldfastException what made the backup fail, if any chunk could not be stored; CANCELLED if the
     *     thread is interrupted
     * @throws IllegalStateException before the segment's {@link SegmentWriter#finish()}: chunks may still be open
     */
    public List<Extent> extents() {
        if (!ended) {
            throw new IllegalStateException("the segment has not ended yet");
        }
        return pieces.stream()
                .map(piece -> new Extent(await.apply(piece.chunk()).id(), piece.offset(), piece.length()))
                .toList();
    }
}
