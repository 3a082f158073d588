package io.holdfast.vault.write;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.core.VaultContext;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.ChunkSizeClass;
import io.holdfast.vault.format.Extent;
import io.holdfast.vault.format.Manifest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

/**
 * Writes one backup. Safe for many threads, each with its own segment. Nothing exists as a backup before
 * {@link #commit}; a writer that is closed, interrupted or killed before leaves chunks that the next backup of the
 * source finds by the journal, and else garbage.
 */
public final class BackupWriter implements AutoCloseable {
    private final VaultContext vault;
    private final SourceId source;
    private final BackupId backup;
    private final ByteBudget budget;
    private final ReusableChunkIndex known;
    private final WriteStatsCounter counters = new WriteStatsCounter();
    private final CommitDeadline deadline;
    private final Journal journal;
    private final ChunkUploader uploader;
    private final WriteOptions options;
    private long segmentBytes;
    private ChunkSizeClass largest =
            ChunkSizeClass.MIB_1; // of any segment: while all wait there must be room for one chunk of it
    private int segments;
    private boolean closed;

    private BackupWriter(
            VaultContext vault,
            SourceId source,
            BackupId backup,
            WriteOptions options,
            CommitDeadline deadline,
            Journal journal,
            ReusableChunkIndex known) {
        this.vault = vault;
        this.source = source;
        this.backup = backup;
        this.options = options;
        this.deadline = deadline;
        this.known = known;
        this.budget = new ByteBudget(options.budget());
        this.journal = journal;
        this.uploader =
                new ChunkUploader(vault, source, options, known, budget, counters, journal::add, ChunkUploader.THREADS);
        journal.flushEvery(options.journalEvery());
    }

    public static BackupWriter start(VaultContext vault, SourceId source, BackupId backup, WriteOptions options) {
        requireWithinGrace(vault.grace().length(), options.maxDuration());
        CommitDeadline deadline = new CommitDeadline(options.maxDuration(), options.clock(), options.nanoTime());
        Journal journal = new Journal(vault, source, backup);
        journal.announce();
        ReusableChunkIndex known = ReusableChunkIndex.load(vault, source, journal::isOurs);
        return new BackupWriter(vault, source, backup, options, deadline, journal, known);
    }

    private static void requireWithinGrace(Duration grace, Duration maxDuration) {
        if (maxDuration.multipliedBy(2).compareTo(grace) >= 0) {
            throw HoldfastException.of(
                    FailureCode.CONFIG_INVALID,
                    "a backup may take " + maxDuration + ", which is not less than half of the vault's grace of "
                            + grace
                            + ": chunks that it reuses could be swept while it runs; lower max-duration or raise grace");
        }
    }

    /** Gives it another {@link WriteOptions#budget}, where what there is to write is known only now: before it writes. */
    public synchronized void budget(long bytes) {
        if (segments > 0) {
            throw new IllegalStateException("there are segments already");
        }
        budget.size(bytes);
    }

    /** How many chunks of the source need not be uploaded again. */
    public int known() {
        return known.size();
    }

    public WriteStats stats() {
        return counters.now();
    }

    /**
     * The class in which a table is best stored: the one that the source's newest backup has it in, since another would
     * store all of it again; the one for its size if it has none, or one that is far from it.
     *
     * @param bytes about as large as the table is
     */
    public ChunkSizeClass sizes(BackupContents.Name table, long bytes) {
        return ChunkSizeClass.keep(known.sizes(table), bytes);
    }

    /**
     * Takes extents of an earlier backup of the source as they are, to be named in this one's contents. Their chunks are
     * listed again before the commit, as all others are.
     *
     * @return false, and nothing is taken, unless the vault lists all their chunks as they were stored and none failed a check
     */
    public boolean reuse(List<Extent> extents) {
        return uploader.reuse(extents);
    }

    /** A new stream of rows, in chunks of the usual size. Fails as {@link #segment(ChunkSizeClass)} does. */
    public SegmentWriter segment() {
        return segment(ChunkSizeClass.MIB_1);
    }

    /**
     * A new stream of rows. It holds memory of the budget until it is ended or closed.
     *
     * @throws HoldfastException CONFIG_INVALID if the budget is too small for one more at the same time
     */
    public synchronized SegmentWriter segment(ChunkSizeClass sizes) {
        if (closed) {
            throw new IllegalStateException("the backup's writer is closed");
        }
        uploader.throwIfFailed();
        largest = sizes.max() > largest.max() ? sizes : largest;
        long wanted = segmentBytes + sizes.max() + ChunkUploader.cost(largest);
        if (wanted > budget.size()) {
            throw HoldfastException.of(
                    FailureCode.CONFIG_INVALID,
                    "a byte budget of " + budget.size() + " is too small for " + (segments + 1)
                            + " segments at once; it takes " + wanted
                            + ": raise the budget or lower the number of readers");
        }
        budget.take(sizes.max());
        segmentBytes += sizes.max();
        segments++;
        return new SegmentWriter(uploader, sizes, () -> released(sizes));
    }

    private synchronized void released(ChunkSizeClass sizes) {
        segmentBytes -= sizes.max();
        segments--;
        budget.giveBack(sizes.max());
    }

    /** Stores opaque bytes, such as a schema dump or a large object, and waits for them. Fails as a segment does. */
    public List<Extent> blob(byte[] bytes) {
        return blob(new ByteArrayInputStream(bytes));
    }

    /**
     * As {@link #blob(byte[])}, from a stream, which is read to its end and not closed.
     *
     * @throws UncheckedIOException if the stream fails
     */
    public List<Extent> blob(InputStream bytes) {
        try (SegmentWriter segment = segment()) {
            byte[] piece = new byte[1 << 20];
            int read = bytes.readNBytes(piece, 0, piece.length);
            while (read > 0) {
                segment.append(piece, 0, read);
                segment.cut();
                read = bytes.readNBytes(piece, 0, piece.length);
            }
            return segment.end();
        } catch (IOException e) {
            throw new UncheckedIOException("backup " + backup + ": the bytes to store cannot be read", e);
        }
    }

    /**
     * Makes the backup exist, or fails and leaves no backup. All segments must have ended.
     *
     * @return the manifest that counts: of two writers of one backup the slower one gets the other's
     * @throws HoldfastException MAX_DURATION_EXCEEDED; CHUNK_MISSING if a chunk that it relies on is no longer in the vault (run
     *     the backup again: that chunk will be written anew); BACKUP_NOT_USABLE if the backup was deleted meanwhile;
     *     MANIFEST_CORRUPT if there is a manifest that cannot be trusted
     * @throws IllegalArgumentException if an extent is not of this writer
     */
    public Manifest commit(BackupContents backupContents) {
        synchronized (this) {
            if (closed || segments > 0) {
                throw new IllegalStateException(
                        closed ? "the writer is closed" : segments + " segments have not ended");
            }
        }
        uploader.throwIfFailed();
        Manifest manifest = new BackupCommit(vault, uploader, deadline, options.clock())
                .commit(source, backup, backupContents, counters.now());
        synchronized (this) {
            closed = true;
        }
        journal.close();
        uploader.close();
        journal.discard(manifest);
        return manifest;
    }

    /** Stops: no backup will be. Waits for what is on its way, and leaves the journal for the next backup. */
    public void abort() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        journal.close();
        uploader.stop();
        journal.leave();
    }

    /** As {@link #abort()}, unless committed. */
    @Override
    public void close() {
        abort();
    }

    /** Most bytes of the budget that were ever in use. */
    long peakBytes() {
        return budget.peak();
    }
}
