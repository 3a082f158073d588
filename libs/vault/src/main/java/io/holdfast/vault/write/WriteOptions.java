package io.holdfast.vault.write;

import io.holdfast.vault.format.ChunkSizeClass;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * How a backup is written.
 *
 * @param compression zstd level, 1 to 19
 * @param budget bytes that rows may take in this process's memory between the caller and the store. Each open segment
 *     takes its largest chunk (3 MiB in the usual class) of it, each chunk on its way about three times its size until it is
 *     sealed; at least one of each must fit
 * @param uploads at most this many at once
 * @param maxDuration from the reading of the known chunks to the commit; less than half the vault's grace
 * @param journalEvery how often uploaded chunks are noted, for the case that this process dies
 * @param clock for times in the manifest
 * @param nanoTime a monotonic clock in nanoseconds
 * @param progress called after every chunk, from the threads that upload: must be quick and must not throw
 */
public record WriteOptions(
        int compression,
        long budget,
        int uploads,
        Duration maxDuration,
        Duration journalEvery,
        InstantSource clock,
        LongSupplier nanoTime,
        Consumer<WriteStats> progress) {

    public static final WriteOptions STANDARD = new WriteOptions(
            1,
            64L << 20,
            16,
            Duration.ofHours(12),
            Duration.ofSeconds(30),
            InstantSource.system(),
            System::nanoTime,
            stats -> {});

    /** The smallest {@link #budget} with which so many segments of this class or smaller can be written at the same time. */
    public static long leastBudget(ChunkSizeClass sizes, int segments) {
        return budgetFor(sizes, segments, 0);
    }

    /** A {@link #budget} for so many segments, and so many bytes on their way to the store besides: room for one chunk at least. */
    public static long budgetFor(ChunkSizeClass sizes, int segments, long onTheWay) {
        return (long) segments * sizes.max() + Math.max(onTheWay, ChunkUploader.cost(sizes));
    }

    public WriteOptions compression(int level) {
        return new WriteOptions(level, budget, uploads, maxDuration, journalEvery, clock, nanoTime, progress);
    }

    public WriteOptions budget(long bytes) {
        return new WriteOptions(compression, bytes, uploads, maxDuration, journalEvery, clock, nanoTime, progress);
    }

    public WriteOptions uploads(int atOnce) {
        return new WriteOptions(compression, budget, atOnce, maxDuration, journalEvery, clock, nanoTime, progress);
    }

    public WriteOptions maxDuration(Duration limit) {
        return new WriteOptions(compression, budget, uploads, limit, journalEvery, clock, nanoTime, progress);
    }

    public WriteOptions journalEvery(Duration interval) {
        return new WriteOptions(compression, budget, uploads, maxDuration, interval, clock, nanoTime, progress);
    }

    public WriteOptions clocks(InstantSource wall, LongSupplier monotonic) {
        return new WriteOptions(compression, budget, uploads, maxDuration, journalEvery, wall, monotonic, progress);
    }

    public WriteOptions progress(Consumer<WriteStats> hook) {
        return new WriteOptions(compression, budget, uploads, maxDuration, journalEvery, clock, nanoTime, hook);
    }
}
