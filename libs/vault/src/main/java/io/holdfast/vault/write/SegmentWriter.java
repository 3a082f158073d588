package io.holdfast.vault.write;

import io.holdfast.vault.chunk.ChunkBufferPool;
import io.holdfast.vault.format.ChunkSizeClass;
import io.holdfast.vault.format.Extent;
import io.holdfast.vault.format.StoredChunk;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A stream of rows cut into chunks at row ends, where the content says so. A large table is several segments, written in
 * parallel; several small tables are one segment, and share its chunks.
 *
 * <p>For one thread at a time. Calls wait while the backup's byte budget is used up, and fail with what made the backup
 * fail, if another thread's upload did. After a failure nothing but {@link #close()} is of use.
 */
public final class SegmentWriter implements AutoCloseable {
    private record Span(SegmentPart part, int from, int to) {}

    private final ChunkUploader uploader;
    private final ChunkSizeClass sizes;
    private final Runnable released;
    private final List<SegmentPart> parts = new ArrayList<>();
    private final List<Span> spans = new ArrayList<>();
    private SegmentPart part;
    private byte[] buffer;
    private int filled;
    private int partStart;
    private long rows;
    private long rowsBefore;
    private boolean open = true;

    SegmentWriter(ChunkUploader uploader, ChunkSizeClass sizes, Runnable released) {
        this.uploader = uploader;
        this.sizes = sizes;
        this.released = released;
        this.buffer = uploader.array(sizes);
        this.part = new SegmentPart(uploader::await);
    }

    /**
     * Adds one row. The bytes are copied: the array is the caller's again on return. A row that is longer than a chunk
     * spans several.
     *
     * @param rowHash 64 bits of a hash of the row; decides where chunks end, and nothing else
     */
    public void row(byte[] source, int offset, int length, long rowHash) {
        requireOpen();
        rows++;
        append(source, offset, length);
        if (filled >= sizes.min() && sizes.endsAfter(rowHash, length)) {
            cut();
        }
    }

    /** Ends the present table, so that the next row begins another one. */
    public SegmentPart endTable() {
        requireOpen();
        SegmentPart ended = part;
        markSpan();
        parts.add(ended);
        part = new SegmentPart(uploader::await);
        rowsBefore = rows;
        if (filled >= sizes.min()) {
            cut();
        }
        return ended;
    }

    /**
     * Ends the segment, whose last chunks are still on their way: who goes on to the next need not wait for them, and
     * {@link SegmentPart#extents} does.
     */
    public void finish() {
        endTable();
        cut();
        close();
        parts.forEach(SegmentPart::ended);
    }

    /**
     * Ends the segment and waits until all its chunks are stored.
     *
     * @return everything that was written to it, across its tables
     */
    public List<Extent> end() {
        finish();
        return parts.stream().flatMap(p -> p.extents().stream()).toList();
    }

    /** Gives memory back; without {@link #finish()} before, what was written is lost to the backup. */
    @Override
    public void close() {
        if (open) {
            open = false;
            release();
        }
    }

    void append(byte[] source, int offset, int length) {
        part.grew(length);
        int from = offset;
        int left = length;
        if (filled > 0 && left > sizes.max() - filled) {
            cut();
        }
        while (left > sizes.max()) {
            copy(source, from, sizes.max());
            from += sizes.max();
            left -= sizes.max();
            cut();
        }
        copy(source, from, left);
    }

    /**
     * A table that goes on in the next chunk has to begin one, too: what lies before it in this one becomes a chunk of its
     * own. So who reads a table fetches at most one chunk that others share.
     */
    void cut() {
        if (!spans.isEmpty() && partStart > 0 && filled > partStart) {
            int rest = filled - partStart;
            byte[] others = buffer;
            buffer = uploader.array(sizes);
            filled = 0;
            copy(others, partStart, rest);
            submit(others, partStart, rowsBefore);
            rows -= rowsBefore;
            partStart = 0;
        }
        if (filled > 0) {
            markSpan();
            byte[] full = buffer;
            buffer = uploader.array(sizes);
            submit(full, filled, rows);
            filled = 0;
            partStart = 0;
            rows = 0;
        }
        rowsBefore = 0;
    }

    private void submit(byte[] bytes, int length, long count) {
        CompletableFuture<StoredChunk> chunk = uploader.submit(bytes, length, count);
        spans.forEach(span -> span.part().add(chunk, span.from(), span.to() - span.from()));
        spans.clear();
    }

    private void markSpan() {
        if (filled > partStart) {
            spans.add(new Span(part, partStart, filled));
            partStart = filled;
        }
    }

    private void copy(byte[] source, int from, int length) {
        reserve(filled + length);
        System.arraycopy(source, from, buffer, filled, length);
        filled += length;
    }

    /** At least twice as long, if it is too short: who adds row after row copies each byte once. */
    private void reserve(int length) {
        int room = buffer.length - ChunkBufferPool.SLACK;
        if (length > room) {
            buffer = uploader.longer(buffer, filled, Math.max(length, Math.min(sizes.max(), room * 2)));
        }
    }

    private void requireOpen() {
        if (!open) {
            throw new IllegalStateException("the segment has ended");
        }
    }

    private void release() {
        uploader.giveBack(buffer);
        buffer = new byte[0];
        released.run();
    }
}
