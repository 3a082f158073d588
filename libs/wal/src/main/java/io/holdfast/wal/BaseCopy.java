package io.holdfast.wal;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.core.GracePeriod;
import io.holdfast.vault.core.SuspendSafeStopwatch;
import io.holdfast.wal.pieces.Piece;
import io.holdfast.wal.pieces.PieceLists;
import io.holdfast.wal.pieces.PieceUploads;
import io.holdfast.wal.pieces.TarCutter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** Takes one base backup: copies the server into pieces, and reads the copy back before its document is written. */
final class BaseCopy {
    private final ServerArchive archive;
    private final BaseBackups.Server server;
    private final String systemIdentifier;
    private final BaseFiles files;
    private final GracePeriod grace;
    private final SuspendSafeStopwatch stopwatch;
    private final Instant started;
    private final String id;
    private long reused;

    /** The time of the base backup begins; documents of those whose pieces are reused are read later. */
    BaseCopy(
            ServerArchive archive,
            BaseBackups.Server server,
            String systemIdentifier,
            BaseFiles files,
            GracePeriod grace) {
        this.archive = archive;
        this.server = server;
        this.systemIdentifier = systemIdentifier;
        this.files = files;
        this.grace = grace;
        this.stopwatch = grace.stopwatch();
        this.started = server.clock().instant();
        this.id = String.format(Locale.ROOT, "%015d-%s", started.toEpochMilli(), UUID.randomUUID());
    }

    /** Whether it refers to pieces of other base backups. */
    boolean reuses() {
        return reused > 0;
    }

    /** @param reusable pieces that were needed after the time of this base backup began */
    BaseBackup run(List<Piece> reusable) {
        try (PieceUploads uploads = new PieceUploads(files.folder(), id, reusable)) {
            TarCutter cutter = new TarCutter(piece -> {
                checkTime();
                uploads.accept(piece);
            });
            archive.copy(cutter);
            cutter.finish();
            List<Piece> pieces = uploads.finish();
            reused = uploads.reused();
            Instant finished = server.clock().instant();
            int lists = new PieceLists(files.folder()).write(id, pieces);
            return commit(finished, uploads, new BaseBackup.Pieces(lists, uploads.stored(), uploads.reused()));
        }
    }

    private BaseBackup commit(Instant finished, PieceUploads uploads, BaseBackup.Pieces pieces) {
        BaseUnpacker.Unpacked read = verified(uploads, pieces);
        if (!read.systemIdentifier().equals(systemIdentifier)) {
            throw HoldfastException.of(
                    FailureCode.SOURCE_CHANGED,
                    "the server at " + server.address().shown() + " has the system identifier "
                            + read.systemIdentifier() + ", expected " + systemIdentifier);
        }
        BaseBackup backup = new BaseBackup(
                id,
                systemIdentifier,
                server.major(),
                server.segmentSize(),
                read.manifest().timeline(),
                read.manifest().start(),
                read.manifest().end(),
                started,
                finished,
                read.files(),
                read.bytes(),
                uploads.bytes(),
                uploads.count(),
                pieces);
        checkTime();
        files.documents().add(backup);
        removeIfLate(backup);
        return backup;
    }

    private BaseUnpacker.Unpacked verified(PieceUploads uploads, BaseBackup.Pieces pieces) {
        try {
            return files.verify(id, uploads.count(), pieces);
        } catch (HoldfastException e) {
            checkTime(); // then pieces are missing because it took too long
            throw e;
        }
    }

    /** The machine may have slept between the check and the write. */
    private void removeIfLate(BaseBackup backup) {
        try {
            checkTime();
        } catch (HoldfastException e) {
            files.documents().remove(backup, grace.clock());
            throw e;
        }
    }

    /** @see BaseSweep */
    private void checkTime() {
        Duration taken = stopwatch.elapsed();
        if (taken.multipliedBy(2).compareTo(grace.length()) >= 0) {
            throw HoldfastException.about(
                    id,
                    FailureCode.MAX_DURATION_EXCEEDED,
                    "base backup " + id + " took " + taken + ", which is not less than half of the grace period of "
                            + grace.length() + ", and pieces that it reuses may be removed; raise platform.grace if"
                            + " that stays");
        }
    }
}
