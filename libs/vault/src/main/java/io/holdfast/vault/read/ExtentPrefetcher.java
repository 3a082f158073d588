package io.holdfast.vault.read;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.chunk.ChunkBufferPool;
import io.holdfast.vault.format.Extent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Extents in order, the next few being fetched while one is used. For one thread. */
final class ExtentPrefetcher implements AutoCloseable {
    private static final long AHEAD = 16L << 20;
    private static final int AT_ONCE = 8;

    /** Where the arrays come from that chunks are in, and where they go back to. */
    interface Fetch {
        /** An array that begins with the extent's chunk. */
        byte[] get(Extent extent);

        /** What was got is not looked at any more. */
        void done(Extent extent, byte[] array);
    }

    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Block(Extent extent, byte[] array) {}

    private record Coming(Extent extent, Future<byte[]> chunk) {}

    private final List<Extent> extents;
    private final Fetch fetch;
    private final ExecutorService fetches;
    private final Deque<Coming> coming = new ArrayDeque<>();
    private int next;
    private long ahead;
    private @Nullable Block used;
    private @Nullable RuntimeException failed;

    ExtentPrefetcher(List<Extent> extents, Fetch fetch, ExecutorService fetches) {
        this.extents = extents;
        this.fetch = fetch;
        this.fetches = fetches;
    }

    /** The next block, or null at the end. The one before is no longer valid. */
    @Nullable
    Block next() {
        if (failed != null) {
            throw failed;
        }
        giveBack();
        request();
        Coming first = coming.poll();
        if (first == null) {
            return null;
        }
        byte[] chunk = awaited(first.chunk());
        ahead -= ChunkBufferPool.room(first.extent().length());
        request();
        used = new Block(first.extent(), chunk);
        return used;
    }

    private void giveBack() {
        Block last = used;
        used = null;
        if (last != null) {
            fetch.done(last.extent(), last.array());
        }
    }

    private void request() {
        while (next < extents.size()
                && coming.size() < AT_ONCE
                && (coming.isEmpty()
                        || ahead + ChunkBufferPool.room(extents.get(next).length()) <= AHEAD)) {
            Extent extent = extents.get(next++);
            coming.add(new Coming(extent, fetches.submit(() -> fetch.get(extent))));
            ahead += ChunkBufferPool.room(extent.length());
        }
    }

    /** After a failure every call fails: what follows is not the next block, and nothing has come to its end. */
    private byte[] awaited(Future<byte[]> chunk) {
        try {
            return await(chunk);
        } catch (RuntimeException e) {
            close();
            failed = e;
            throw e;
        }
    }

    private static byte[] await(Future<byte[]> chunk) {
        try {
            return chunk.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw HoldfastException.of(FailureCode.CANCELLED, "stopped while reading from the vault", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof HoldfastException holdfastException) {
                throw new HoldfastException(holdfastException.reason(), holdfastException);
            }
            throw new IllegalStateException("a chunk could not be read", e);
        }
    }

    @Override
    public void close() {
        giveBack();
        coming.forEach(c -> c.chunk().cancel(true));
        coming.clear();
        next = extents.size();
    }
}
