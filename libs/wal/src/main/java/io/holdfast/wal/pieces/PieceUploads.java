package io.holdfast.wal.pieces;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.file.SealedFiles;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Stores the pieces of one base backup by several threads. A piece that is known is not stored again. At most six pieces of
 * all base backups of this process are in memory, each up to four times: then the caller waits. The first failure is thrown by
 * the next call.
 */
public final class PieceUploads implements Consumer<byte[]>, AutoCloseable {
    private static final int MOST_THREADS = 4;
    private static final Semaphore ROOM = new Semaphore(6);

    private final SealedFiles files;
    private final String base;
    private final Map<PieceDigest, Piece> known = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(
            Math.clamp(Runtime.getRuntime().availableProcessors(), 2, MOST_THREADS),
            Thread.ofPlatform().name("base-piece-", 0).daemon().factory());
    private final List<Future<Piece>> pieces = new ArrayList<>();
    private final AtomicLong stored = new AtomicLong();
    private final AtomicLong reused = new AtomicLong();
    private volatile boolean failed;
    private long bytes;

    /**
     * @param files below the folder of base backups
     * @param base id of the new base backup
     * @param reusable pieces of other base backups
     */
    public PieceUploads(SealedFiles files, String base, Collection<Piece> reusable) {
        this.files = files;
        this.base = base;
        for (Piece piece : reusable) {
            if (piece.digest() != null) {
                known.put(piece.digest(), piece);
            }
        }
    }

    @Override
    public void accept(byte[] content) {
        try {
            ROOM.acquire();
        } catch (InterruptedException e) {
            throw cancelled(e);
        }
        if (failed) {
            List<Piece> unused = finish();
        }
        int number = pieces.size();
        bytes += content.length;
        pieces.add(threads.submit(() -> {
            try {
                return store(number, content);
            } catch (RuntimeException | Error e) {
                failed = true;
                throw e;
            } finally {
                ROOM.release();
            }
        }));
    }

    private Piece store(int number, byte[] content) {
        PieceDigest digest = PieceDigest.of(content);
        Piece own = new Piece(base, number, digest, content.length);
        Piece there = known.putIfAbsent(digest, own);
        if (there == null) {
            stored.addAndGet(files.addNew(own.path(), content));
            return own;
        }
        if (!there.base().equals(base)) {
            reused.addAndGet(content.length);
        }
        return there;
    }

    /** Waits until all are stored, and returns them in the order in which they came. */
    public List<Piece> finish() {
        List<Piece> all = new ArrayList<>(pieces.size());
        try {
            for (Future<Piece> piece : pieces) {
                all.add(piece.get());
            }
            return all;
        } catch (InterruptedException e) {
            throw cancelled(e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof HoldfastException failure
                    ? new HoldfastException(failure.reason(), failure)
                    : new IllegalStateException("storing a piece of base backup " + base + " failed", e);
        }
    }

    /** The number of pieces that came. */
    public int count() {
        return pieces.size();
    }

    /** Bytes that came, plain. */
    public long bytes() {
        return bytes;
    }

    /** Bytes that were written to the vault: compressed and encrypted. */
    public long stored() {
        return stored.get();
    }

    /** Plain bytes of pieces that other base backups stored. */
    public long reused() {
        return reused.get();
    }

    private static HoldfastException cancelled(InterruptedException e) {
        Thread.currentThread().interrupt();
        return HoldfastException.of(FailureCode.CANCELLED, "the base backup was cancelled", e);
    }

    /** Ends uploads that are on their way. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
