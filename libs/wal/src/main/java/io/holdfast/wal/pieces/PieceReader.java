package io.holdfast.wal.pieces;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.file.SealedFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The pieces of an archive one after the other, four of them fetched ahead. A piece that is missing or damaged fails the
 * read with WAL_MISSING.
 */
public final class PieceReader extends InputStream {
    private static final int AHEAD = 4;

    private final SealedFiles files;
    private final String base;
    private final List<Piece> pieces;
    private final ExecutorService threads = Executors.newFixedThreadPool(
            AHEAD, Thread.ofPlatform().name("base-reader-", 0).daemon().factory());
    private final Queue<Future<byte[]>> fetched = new ArrayDeque<>();
    private InputStream current = InputStream.nullInputStream();
    private int next;

    /**
     * @param files below the folder of base backups
     * @param base id of the base backup, for messages
     */
    public PieceReader(SealedFiles files, String base, List<Piece> pieces) {
        this.files = files;
        this.base = base;
        this.pieces = pieces;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int read = current.read(target, offset, length);
        while (read < 0 && (next < pieces.size() || !fetched.isEmpty())) {
            current = new ByteArrayInputStream(following());
            read = current.read(target, offset, length);
        }
        return read;
    }

    private byte[] following() {
        while (next < pieces.size() && fetched.size() < AHEAD) {
            Piece piece = pieces.get(next++);
            fetched.add(threads.submit(() -> fetch(piece)));
        }
        try {
            return fetched.remove().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw HoldfastException.of(FailureCode.CANCELLED, "reading base backup " + base + " was cancelled", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof HoldfastException failure
                    ? new HoldfastException(failure.reason(), failure)
                    : new IllegalStateException("reading base backup " + base + " failed", e);
        }
    }

    private byte[] fetch(Piece piece) {
        return files.read(piece.path())
                .orElseThrow(() -> HoldfastException.about(
                        piece.path(),
                        FailureCode.WAL_MISSING,
                        piece.path() + " of base backup " + base + " is missing in " + files.describe()
                                + "; use another base backup, or take a new one"));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
