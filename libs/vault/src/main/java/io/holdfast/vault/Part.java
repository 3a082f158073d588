package io.holdfast.vault;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What a segment wrote between two marks, usually one table. */
public final class Part {
    private record Piece(CompletableFuture<StoredChunk> chunk, int offset, int length) {
        Extent extent() {
            return new Extent(chunk.join().id(), offset, length);
        }
    }

    private final List<Piece> pieces = new ArrayList<>();
    private long bytes;
    private boolean stored;

    Part() {}

    void add(CompletableFuture<StoredChunk> chunk, int offset, int length) {
        pieces.add(new Piece(chunk, offset, length));
    }

    void grew(int length) {
        bytes += length;
    }

    void stored() {
        stored = true;
    }

    /** Plain bytes of it. */
    public long bytes() {
        return bytes;
    }

    /**
     * Where it lies.
     *
     * @throws IllegalStateException before the segment's {@link SegmentWriter#end()}: chunks may still be open
     */
    public List<Extent> extents() {
        if (!stored) {
            throw new IllegalStateException("the segment has not ended yet");
        }
        return pieces.stream().map(Piece::extent).toList();
    }
}
