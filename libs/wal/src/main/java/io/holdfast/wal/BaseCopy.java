package io.holdfast.wal;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.core.GracePeriod;
import io.holdfast.vault.core.SuspendSafeStopwatch;
import io.holdfast.wal.pieces.Piece;
import io.holdfast.wal.pieces.PieceLists;
import io.holdfast.wal.pieces.PieceUploads;
import io.holdfast.wal.pieces.TarCutter;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

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

    /** Whether this base backup refers to pieces of other base backups. */
    boolean reuses() {
        return reused > 0;
    }

    /** @param reusable pieces that were needed after the time of this base backup began */
    BaseBackup run(List<Piece> reusable) {
        try (PieceUploads uploads = new PieceUploads(files.folder(), id, reusable)) {
            Archives archives = new Archives(uploads);
            Set<String> tablespaces = archive.tablespaces();
            archive.copy(archives);
            archives.end();
            List<Piece> pieces = uploads.finish();
            reused = uploads.reused();
            Instant finished = server.clock().instant();
            refuseChanged(tablespaces);
            int lists = new PieceLists(files.folder()).write(id, pieces);
            return commit(
                    finished,
                    uploads,
                    new BaseBackup.Pieces(lists, uploads.stored(), uploads.reused(), archives.stored()));
        }
    }

    /** Cuts archives into pieces, and counts those of each. */
    private final class Archives implements ServerArchive.Sink {
        private final PieceUploads uploads;
        private final TarCutter cutter;
        private final List<BaseBackup.Archive> ended = new ArrayList<>();
        private @Nullable String tablespace;
        private int before;

        Archives(PieceUploads uploads) {
            this.uploads = uploads;
            this.cutter = new TarCutter(piece -> {
                checkTime();
                uploads.accept(piece);
            });
        }

        @Override
        public OutputStream next(@Nullable String following) {
            end();
            tablespace = following;
            return cutter;
        }

        void end() {
            cutter.finish();
            if (uploads.count() > before) {
                ended.add(new BaseBackup.Archive(tablespace, uploads.count() - before));
                before = uploads.count();
            }
        }

        List<BaseBackup.Archive> stored() {
            return ended.size() == 1 ? List.of() : ended;
        }
    }

    /** Recovery does not create tablespaces: they must be those of the copy. */
    private void refuseChanged(Set<String> tablespaces) {
        if (!archive.tablespaces().equals(tablespaces)) {
            throw HoldfastException.of(
                    FailureCode.SOURCE_CHANGED,
                    "a tablespace of the server at " + server.address().shown()
                            + " was created or dropped during the base backup; take it again");
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
        try {
            files.documents().add(backup);
        } finally {
            removeIfLate(backup);
        }
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
