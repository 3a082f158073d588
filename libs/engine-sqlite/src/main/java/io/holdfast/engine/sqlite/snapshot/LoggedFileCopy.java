package io.holdfast.engine.sqlite.snapshot;

import io.holdfast.engine.sqlite.jdbc.SqliteConnections;
import io.holdfast.engine.support.ProcessTempDirectory;
import io.holdfast.engine.support.RateLimit;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;

/**
 * A private copy of a database in WAL mode and of its log, read without the SQLite library, which would create the log and
 * its index for want of one. The reader holds SQLite's SHARED lock, so that no application removes the log.
 *
 * <p>The file is copied first, then the log. The copy is of one instant, the end of the copying, in two cases:
 * <ul>
 *   <li>No log existed, and none exists now: an application changes the file only by way of a log.
 *   <li>The log has the same header before and after: it was not begun again, so it holds each page that a checkpoint wrote
 *       to the file meanwhile, and SQLite reads these pages from the log.
 * </ul>
 */
final class LoggedFileCopy {
    private static final int BLOCK = 1 << 20;
    private static final int LOG_HEADER = 32;

    private final Path source;
    private final Path log;
    private final LiveFileHandle handle;
    private final RateLimit limit;
    private final Path copy;

    /** @param handle has the SHARED lock */
    LoggedFileCopy(Path source, LiveFileHandle handle, RateLimit limit, Path copy) {
        this.source = source;
        this.log = Path.of(source + "-wal");
        this.handle = handle;
        this.limit = limit;
        this.copy = copy;
    }

    /** The result of a copying. */
    record Copied(Instant at, String journalMode) {}

    /**
     * The file and its log at a moment.
     *
     * @param log identity of the log; null: there is none
     * @param header the first bytes of the log; fewer: it is empty
     * @param file size and times of the database file
     */
    private record State(@Nullable Object log, String header, Map<String, Object> file) {
        /** @param later the state after the copying */
        boolean holds(State later) {
            return Objects.equals(log, later.log)
                    && header.equals(later.header)
                    && (header.length() == 2 * LOG_HEADER || file.equals(later.file));
        }
    }

    /** @return null if an application began to use the file, or its log again */
    @Nullable
    Copied run() throws IOException, SQLException, InterruptedException {
        refuseRollback();
        State before = state();
        file();
        boolean logged = log();
        Instant at = Instant.now();
        if (!before.holds(state()) || logged != (before.log != null)) {
            return null;
        }
        return new Copied(at, complete());
    }

    /** A non-empty first byte is SQLite's own sign of a transaction to roll back. */
    private void refuseRollback() throws IOException, SQLException {
        try (InputStream journal = Files.newInputStream(Path.of(source + "-journal"))) {
            if (journal.read() > 0) {
                throw new SQLException(
                        "the file has a transaction to roll back", null, SQLiteErrorCode.SQLITE_READONLY_ROLLBACK.code);
            }
        } catch (NoSuchFileException e) {
            // as it should be
        }
    }

    private State state() throws IOException {
        Map<String, Object> file = Files.readAttributes(source, "unix:ino,size,lastModifiedTime,ctime");
        try {
            // the header again after the identity: of a log that was replaced between them neither matches
            Object key = Files.readAttributes(log, BasicFileAttributes.class).fileKey();
            try (InputStream in = Files.newInputStream(log)) {
                return new State(key, HexFormat.of().formatHex(in.readNBytes(LOG_HEADER)), file);
            }
        } catch (NoSuchFileException e) {
            return new State(null, "", file);
        }
    }

    private void file() throws IOException, InterruptedException {
        byte[] block = new byte[BLOCK];
        long position = 0;
        try (OutputStream out = Files.newOutputStream(copy)) {
            int read;
            do {
                limit.take(BLOCK);
                refuseInterrupted();
                read = handle.read(position, block);
                out.write(block, 0, read);
                position += read;
            } while (read == BLOCK);
        }
    }

    /** The library takes no lock on a log: it may be opened and closed here. */
    private boolean log() throws IOException, InterruptedException {
        Path target = Path.of(copy + "-wal");
        Files.deleteIfExists(target);
        try (InputStream in = Files.newInputStream(log);
                OutputStream out = Files.newOutputStream(ProcessTempDirectory.create(target))) {
            byte[] block = new byte[BLOCK];
            for (int read = in.read(block); read > 0; read = in.read(block)) {
                limit.take(read);
                refuseInterrupted();
                out.write(block, 0, read);
            }
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static void refuseInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    /** Writes the log into the copy, which is then a file without others. */
    private String complete() throws SQLException {
        Connection connection = SqliteConnections.own(copy);
        try {
            String journalMode = SqliteConnections.one(connection, "PRAGMA journal_mode");
            SqliteConnections.one(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
            return journalMode;
        } finally {
            SqliteConnections.close(connection);
        }
    }
}
