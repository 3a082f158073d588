package io.holdfast.vault.write;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.chunk.ChunkBufferPool;
import io.holdfast.vault.chunk.ChunkCodecPool;
import io.holdfast.vault.core.VaultContext;
import io.holdfast.vault.format.ChunkId;
import io.holdfast.vault.format.ChunkSizeClass;
import io.holdfast.vault.format.Extent;
import io.holdfast.vault.format.StoredChunk;
import io.holdfast.vault.format.VaultLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * From plain bytes to a stored chunk: hash, known? else compress, encrypt, PUT. In parallel, within the byte budget. On
 * threads that are used again, and so not virtual: Tink keeps a cipher and a source of randomness for each thread, and
 * looks for another provider of them whenever it makes one.
 */
final class ChunkUploader implements AutoCloseable {
    private static final int GENERATIONS = 10;
    private static final int OVERHEAD = 64 << 10;
    static final ThreadFactory THREADS =
            Thread.ofPlatform().name("holdfast-chunks-", 0).daemon().factory();

    private final VaultContext vault;
    private final SourceId source;
    private final WriteOptions options;
    private final ReusableChunkIndex known;
    private final ByteBudget budget;
    private final Consumer<StoredChunk> uploaded;
    private final WriteStatsCounter counters;
    private final ChunkCodecPool codecs;
    private final ChunkBufferPool arrays = new ChunkBufferPool();
    private final Semaphore sealing = new Semaphore(2 * Runtime.getRuntime().availableProcessors());
    private final Semaphore uploads;
    private final ExecutorService tasks;
    private final Map<ChunkId, CompletableFuture<StoredChunk>> ours = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable HoldfastException> failure = new AtomicReference<>();

    /** @param threads {@link #THREADS}, but for tests */
    ChunkUploader(
            VaultContext vault,
            SourceId source,
            WriteOptions options,
            ReusableChunkIndex known,
            ByteBudget budget,
            WriteStatsCounter counters,
            Consumer<StoredChunk> uploaded,
            ThreadFactory threads) {
        this.tasks = Executors.newCachedThreadPool(threads);
        this.vault = vault;
        this.source = source;
        this.options = options;
        this.known = known;
        this.budget = budget;
        this.counters = counters;
        this.uploaded = uploaded;
        this.codecs = new ChunkCodecPool(vault.keys(), arrays);
        this.uploads = new Semaphore(options.uploads());
    }

    /** What the longest chunk of a class takes of the budget until it is sealed. */
    static int cost(ChunkSizeClass sizes) {
        return cost(sizes.max(), ChunkBufferPool.room(sizes.max()));
    }

    /** The array that its bytes are in, the compressed ones, the encrypted ones. */
    private static int cost(int length, int room) {
        return room + Math.multiplyExact(length, 2) + OVERHEAD;
    }

    /** To gather a chunk in, and to {@link #submit}. */
    byte[] array(ChunkSizeClass sizes) {
        return arrays.take(sizes.average());
    }

    /** A longer one with the first bytes of this one, which is given back. */
    byte[] longer(byte[] array, int filled, int length) {
        byte[] longer = arrays.take(length);
        System.arraycopy(array, 0, longer, 0, filled);
        arrays.giveBack(array);
        return longer;
    }

    /** One that was not submitted. */
    void giveBack(byte[] array) {
        arrays.giveBack(array);
    }

    /**
     * Takes the first bytes of the array on their way, and with them the array. Waits for the budget, and while as many are
     * to be sealed as two for each processor: more would only take memory.
     */
    CompletableFuture<StoredChunk> submit(byte[] plain, int length, long rows) {
        throwIfFailed();
        Share share = share(cost(length, plain.length - ChunkBufferPool.SLACK));
        CompletableFuture<StoredChunk> done = new CompletableFuture<>();
        try {
            tasks.execute(() -> run(plain, length, rows, share, done));
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            // stopped while this caller waited for memory; or the process may have no more threads
            share.close();
            failure.compareAndSet(null, broken(e));
            throwIfFailed();
        }
        return done;
    }

    private Share share(int cost) {
        try {
            sealing.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw HoldfastException.of(FailureCode.CANCELLED, "stopped while chunks before it were sealed", e);
        }
        Share share = new Share();
        try {
            budget.take(cost);
        } catch (HoldfastException e) {
            share.close();
            throw e;
        }
        share.held = cost;
        return share;
    }

    /** What one chunk on its way takes: of the memory, and of the threads. */
    private final class Share implements AutoCloseable {
        private int held;
        private boolean toSeal = true;

        /** From now on only so many bytes. */
        void sealed(int bytes) {
            int rest = Math.min(held, bytes);
            budget.giveBack(held - rest);
            held = rest;
        }

        /** Another may be sealed: this one waits for nothing but the store, and the store takes only so many at once. */
        void underWay() {
            if (toSeal) {
                toSeal = false;
                sealing.release();
            }
        }

        @Override
        public void close() {
            sealed(0);
            underWay();
        }
    }

    /** Waits for a submitted chunk; fails with the first failure of any. */
    StoredChunk await(CompletableFuture<StoredChunk> chunk) {
        try {
            return chunk.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw HoldfastException.of(FailureCode.CANCELLED, "stopped while chunks were on their way", e);
        } catch (ExecutionException e) {
            throwIfFailed();
            throw new IllegalStateException("a chunk failed without a reason", e);
        }
    }

    /** The chunk that holds these extents' bytes, if this writer wrote or reused it. */
    @Nullable
    StoredChunk find(ChunkId id) {
        CompletableFuture<StoredChunk> chunk = ours.get(id);
        return chunk == null ? null : chunk.getNow(null);
    }

    /** Makes the chunks of these extents this writer's own, if all of them are known; they count as reused, once each. */
    boolean reuse(List<Extent> extents) {
        Map<ChunkId, StoredChunk> chunks = new HashMap<>();
        for (Extent extent : extents) {
            StoredChunk chunk = known.find(extent.chunk());
            if (chunk == null || extent.offset() + extent.length() > chunk.bytes()) {
                return false;
            }
            chunks.put(chunk.id(), chunk);
        }
        chunks.forEach((id, chunk) -> {
            if (ours.putIfAbsent(id, CompletableFuture.completedFuture(chunk)) == null) {
                counters.add(chunk, 0, false);
            }
        });
        return true;
    }

    void throwIfFailed() {
        HoldfastException failed = failure.get();
        if (failed != null) {
            throw new HoldfastException(failed.reason(), failed);
        }
    }

    private void run(byte[] plain, int length, long rows, Share share, CompletableFuture<StoredChunk> done) {
        try (share) {
            throwIfFailed();
            ChunkId id = codecs.use(codec -> codec.id(source, plain, length));
            CompletableFuture<StoredChunk> first = ours.putIfAbsent(id, done);
            StoredChunk there = first == null ? known.find(id) : null;
            if (first != null || there != null) {
                arrays.giveBack(plain);
                share.close();
            }
            if (first != null) {
                again(first, rows, done);
                return;
            }
            if (there != null) {
                finish(there, rows, false, done);
                return;
            }
            byte[] sealed = codecs.use(codec -> codec.seal(source, id, plain, length, options.compression()));
            arrays.giveBack(plain);
            share.sealed(sealed.length);
            StoredChunk chunk = upload(id, length, sealed, share);
            uploaded.accept(chunk);
            finish(chunk, rows, true, done);
        } catch (HoldfastException e) {
            fail(e, done);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail(HoldfastException.of(FailureCode.CANCELLED, "stopped before a chunk was uploaded", e), done);
        } catch (RuntimeException | Error e) {
            // the edge of a task: whatever it is, the waiting writer must hear of it
            fail(broken(e), done);
        }
    }

    /** The same bytes as a chunk before, which may still be on its way: no thread waits for it. */
    private void again(CompletableFuture<StoredChunk> first, long rows, CompletableFuture<StoredChunk> done) {
        var unused = first.thenAccept(chunk -> finish(chunk, rows, false, done)).exceptionally(e -> {
            fail(e.getCause() instanceof HoldfastException failed ? failed : broken(e), done);
            return null;
        });
    }

    private static HoldfastException broken(Throwable e) {
        return HoldfastException.of(FailureCode.INTERNAL, "a chunk could not be written: " + e, e);
    }

    /**
     * Always to a key that was never used: an object that is there has nobody who vouches for it, and a sweep, even one
     * that was paused for long, may be about to remove it.
     */
    private StoredChunk upload(ChunkId id, int bytes, byte[] sealed, Share share) throws InterruptedException {
        uploads.acquire();
        try {
            share.underWay();
            for (int attempt = 0; attempt < GENERATIONS; attempt++) {
                int generation = ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE);
                if (vault.store().putLocked(VaultLayout.chunk(source, id, generation), sealed)) {
                    return new StoredChunk(id, bytes, sealed.length, generation);
                }
            }
        } finally {
            uploads.release();
        }
        throw HoldfastException.about(
                id.toString(), FailureCode.INTERNAL, "chunk " + id + ": " + GENERATIONS + " keys are taken");
    }

    private void finish(StoredChunk chunk, long rows, boolean fresh, CompletableFuture<StoredChunk> done) {
        counters.add(chunk, rows, fresh);
        options.progress().accept(counters.now());
        done.complete(chunk);
    }

    private void fail(HoldfastException reason, CompletableFuture<StoredChunk> done) {
        failure.compareAndSet(null, reason);
        done.completeExceptionally(reason);
    }

    void stop() {
        failure.compareAndSet(null, HoldfastException.of(FailureCode.CANCELLED, "the backup was stopped"));
        tasks.shutdownNow();
        close();
    }

    @Override
    public void close() {
        tasks.shutdown();
        boolean interrupted = false;
        while (true) {
            try {
                if (tasks.awaitTermination(1, TimeUnit.DAYS)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
                tasks.shutdownNow();
            }
        }
        codecs.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
