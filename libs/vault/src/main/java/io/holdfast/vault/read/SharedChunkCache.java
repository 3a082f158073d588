package io.holdfast.vault.read;

import io.holdfast.vault.format.ChunkId;
import io.holdfast.vault.format.StoredChunk;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A few chunks that several small tables lie in, so that each is fetched about once. */
final class SharedChunkCache {
    private static final long KEEP = 16L << 20;

    private record Held(StoredChunk chunk, CompletableFuture<byte[]> bytes) {}

    private final Map<ChunkId, Held> held = new LinkedHashMap<>(16, 0.75f, true);
    private long size;

    byte[] get(StoredChunk chunk, Function<StoredChunk, byte[]> fetch) {
        CompletableFuture<byte[]> mine = new CompletableFuture<>();
        CompletableFuture<byte[]> others = claim(chunk, mine);
        if (others == null) {
            return fetchFor(chunk, mine, fetch);
        }
        try {
            return others.join();
        } catch (CompletionException e) {
            // another's fetch failed, perhaps because it was stopped: ours may not
            return fetch.apply(chunk);
        }
    }

    private byte[] fetchFor(StoredChunk chunk, CompletableFuture<byte[]> mine, Function<StoredChunk, byte[]> fetch) {
        try {
            byte[] bytes = fetch.apply(chunk);
            mine.complete(bytes);
            return bytes;
        } catch (RuntimeException | OutOfMemoryError e) {
            // whoever waits for this fetch must hear of it
            forget(chunk);
            mine.completeExceptionally(e);
            throw e;
        }
    }

    private synchronized @Nullable CompletableFuture<byte[]> claim(StoredChunk chunk, CompletableFuture<byte[]> mine) {
        Held there = held.get(chunk.id());
        if (there != null) {
            return there.bytes();
        }
        held.put(chunk.id(), new Held(chunk, mine));
        size += chunk.bytes();
        var oldest = held.values().iterator();
        while (size > KEEP && held.size() > 1) {
            size -= oldest.next().chunk().bytes();
            oldest.remove();
        }
        return null;
    }

    private synchronized void forget(StoredChunk chunk) {
        if (held.remove(chunk.id()) != null) {
            size -= chunk.bytes();
        }
    }
}
