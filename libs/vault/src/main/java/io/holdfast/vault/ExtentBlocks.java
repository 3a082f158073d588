package io.holdfast.vault;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Extents in order, the next few being fetched while one is used. For one thread. */
final class ExtentBlocks implements AutoCloseable {
    private static final long AHEAD = 16L << 20;
    private static final int AT_ONCE = 8;

    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Block(byte[] bytes, int offset, int length) {}

    private record Coming(Extent extent, Future<byte[]> chunk) {}

    private final List<Extent> extents;
    private final Function<Extent, byte[]> fetch;
    private final ExecutorService fetches;
    private final Deque<Coming> coming = new ArrayDeque<>();
    private int next;
    private long ahead;

    ExtentBlocks(List<Extent> extents, Function<Extent, byte[]> fetch, ExecutorService fetches) {
        this.extents = extents;
        this.fetch = fetch;
        this.fetches = fetches;
    }

    /** The next block, or null at the end. */
    @Nullable
    Block next() {
        request();
        Coming first = coming.poll();
        if (first == null) {
            return null;
        }
        byte[] chunk = await(first.chunk());
        ahead -= first.extent().length();
        request();
        return new Block(chunk, first.extent().offset(), first.extent().length());
    }

    private void request() {
        while (next < extents.size()
                && coming.size() < AT_ONCE
                && (coming.isEmpty() || ahead + extents.get(next).length() <= AHEAD)) {
            Extent extent = extents.get(next++);
            coming.add(new Coming(extent, fetches.submit(() -> fetch.apply(extent))));
            ahead += extent.length();
        }
    }

    private static byte[] await(Future<byte[]> chunk) {
        try {
            return chunk.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.of(FailureCode.CANCELLED, "stopped while reading from the vault", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Failure failure) {
                throw new Failure(failure.reason(), failure);
            }
            throw new IllegalStateException("a chunk could not be read", e);
        }
    }

    @Override
    public void close() {
        coming.forEach(c -> c.chunk().cancel(true));
        coming.clear();
        next = extents.size();
    }
}
