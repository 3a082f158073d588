package io.holdfast.vault.chunk;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.crypto.VaultKeyProvider;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** As many codecs as there are processors: more would only take memory. */
public final class ChunkCodecPool implements AutoCloseable {
    private final BlockingQueue<ChunkCodec> idle;
    private final int all = Runtime.getRuntime().availableProcessors();

    public ChunkCodecPool(VaultKeyProvider ring, ChunkBufferPool arrays) {
        idle = new ArrayBlockingQueue<>(all);
        for (int i = 0; i < all; i++) {
            idle.add(new ChunkCodec(ring, arrays));
        }
    }

    @FunctionalInterface
    public interface Work<T, E extends Exception> {
        T with(ChunkCodec codec) throws E;
    }

    public <T, E extends Exception> T use(Work<T, E> work) throws E {
        ChunkCodec codec;
        try {
            codec = idle.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw HoldfastException.of(FailureCode.CANCELLED, "stopped before a chunk was coded", e);
        }
        try {
            return work.with(codec);
        } finally {
            idle.add(codec);
        }
    }

    /** To be called when nobody uses one any more. */
    @Override
    public void close() {
        idle.forEach(ChunkCodec::close);
        idle.clear();
    }
}
