package io.holdfast.engine.sqlite.snapshot;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.sqlite.jdbc.SqliteConnections;
import io.holdfast.engine.sqlite.jdbc.SqliteErrorTranslator;
import io.holdfast.engine.support.ProcessTempDirectory;
import io.holdfast.engine.support.RateLimit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.sqlite.SQLiteErrorCode;

/**
 * A private copy of a database in use. Everything else is read from the copy, so that a program that writes waits for the
 * copying at most. Copying creates no file beside the live one and changes none there.
 *
 * <p>Where an application has opened the file in WAL mode, or in a rollback journal mode, the SQLite library copies
 * ({@link PageCopy}). A file in WAL mode that no application has open is copied with its log ({@link LoggedFileCopy}): the
 * library would create a log and its index, and they would belong to this process's user instead of the application's.
 */
public final class OnlineFileCopy implements AutoCloseable {
    private static final int ATTEMPTS = 10;
    private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
    private static final int WRITE_VERSION = 18;
    private static final int READ_VERSION = 19;
    private static final int WAL = 2;

    private final Path source;
    private final Path directory;
    private Instant at = Instant.MIN;
    private String journalMode = "";
    private Optional<FileState> state = Optional.empty();
    private int attempts;

    private OnlineFileCopy(Path source, Path directory) {
        this.source = source;
        this.directory = directory;
    }

    /** Copies, and fails as {@link io.holdfast.engine.SourceDatabase#open} does. To be closed. */
    public static OnlineFileCopy of(Path source, SnapshotOptions options) {
        refuseUnreadable(source);
        OnlineFileCopy copy = new OnlineFileCopy(source, directory());
        boolean made = false;
        try (LiveFileHandle handle = LiveFileHandle.of(source)) {
            Optional<FileState> before = options.changeRange() > 0 ? FileState.of(source, handle) : Optional.empty();
            copy.run(handle, options);
            copy.state = before.filter(state -> FileState.of(source, handle).equals(before));
            made = true;
            return copy;
        } catch (SQLException e) {
            throw SqliteErrorTranslator.source(source, "copying", e);
        } catch (AccessDeniedException e) {
            throw HoldfastException.of(
                    FailureCode.SOURCE_PERMISSION_DENIED,
                    "copying of " + source + ": user " + System.getProperty("user.name") + " cannot read " + e.getFile()
                            + "; let this user read it",
                    e);
        } catch (IOException e) {
            throw HoldfastException.of(
                    FailureCode.SOURCE_UNREACHABLE,
                    "copying of " + source + " to " + copy.directory + ": " + e + "; check both disks",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw HoldfastException.of(FailureCode.CANCELLED, "copying of " + source + " was cancelled", e);
        } finally {
            if (!made) {
                delete(copy.directory);
            }
        }
    }

    private void run(LiveFileHandle handle, SnapshotOptions options)
            throws IOException, SQLException, InterruptedException {
        RateLimit limit = new RateLimit(options.bytesPerSecond(), System::nanoTime);
        ProcessTempDirectory.create(file());
        if (!logged(handle)) {
            byLibrary(options, limit);
            return;
        }
        handle.lockShared(options.lockTimeout());
        for (int i = 0; i < ATTEMPTS; i++) {
            if (opened() && tryByLibrary(options, limit)) {
                return;
            }
            attempts++;
            handle.renewShared(options.lockTimeout());
            LoggedFileCopy.Copied copied = new LoggedFileCopy(source, handle, limit, file()).run();
            if (copied != null) {
                at = copied.at();
                journalMode = copied.journalMode();
                return;
            }
        }
        throw new SQLException(
                "applications began to use the file, or its log again, during each of " + ATTEMPTS + " attempts",
                null,
                SQLiteErrorCode.SQLITE_BUSY.code);
    }

    /** Whether the library would open a log: because the file says so, or because there is one. */
    private boolean logged(LiveFileHandle handle) throws IOException {
        if (Files.exists(log())) {
            return true;
        }
        byte[] header = new byte[READ_VERSION + 1];
        return handle.read(0, header) == header.length
                && java.util.Arrays.equals(header, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
                && (header[WRITE_VERSION] == WAL || header[READ_VERSION] == WAL);
    }

    private Path log() {
        return Path.of(source + "-wal");
    }

    /** With the SHARED lock held both stay: the library has nothing to create. */
    private boolean opened() {
        return Files.exists(log()) && Files.isReadable(Path.of(source + "-shm"));
    }

    /** @return false if the library cannot read the log's index without writing to it */
    private boolean tryByLibrary(SnapshotOptions options, RateLimit limit) throws SQLException {
        try {
            byLibrary(options, limit);
            return true;
        } catch (SQLException e) {
            SQLiteErrorCode code = SqliteErrorTranslator.code(e);
            boolean index = code == SQLiteErrorCode.SQLITE_READONLY || code == SQLiteErrorCode.SQLITE_CANTOPEN;
            if (!index || SqliteErrorTranslator.rollback(e)) {
                throw e;
            }
            return false;
        }
    }

    private void byLibrary(SnapshotOptions options, RateLimit limit) throws SQLException {
        Connection live = null;
        try {
            live = SqliteConnections.live(source, options.lockTimeout());
            PageCopy pages = new PageCopy(live, limit, file());
            pages.run();
            at = pages.at();
            journalMode = pages.journalMode();
            attempts = pages.attempts();
        } finally {
            SqliteConnections.close(live);
        }
    }

    /** Fails if the file cannot be read. Does not open the file: see {@link LiveFileHandle}. */
    public static void refuseUnreadable(Path source) {
        if (!Files.exists(source)) {
            throw HoldfastException.of(
                    FailureCode.SOURCE_UNREACHABLE,
                    "there is no database " + source + "; correct the source's url, or bring the file back");
        }
        if (!Files.isRegularFile(source)) {
            throw HoldfastException.of(
                    FailureCode.SOURCE_UNSUPPORTED, source + " is not a file; name the database's file");
        }
        if (!Files.isReadable(source)) {
            throw HoldfastException.of(
                    FailureCode.SOURCE_PERMISSION_DENIED,
                    "the database " + source + " cannot be read by user " + System.getProperty("user.name")
                            + "; let this user read it");
        }
        try {
            if (Files.size(source) == 0) {
                throw HoldfastException.of(
                        FailureCode.SOURCE_UNSUPPORTED,
                        "the file " + source + " is empty: there is no database in it; was it emptied by mistake?");
            }
        } catch (IOException e) {
            throw HoldfastException.of(FailureCode.SOURCE_UNREACHABLE, "cannot look at " + source + " (" + e + ")", e);
        }
    }

    /** A folder of this process for the rows of a database. */
    public static Path directory() {
        try {
            return ProcessTempDirectory.directory("sqlite-");
        } catch (IOException e) {
            throw SqliteErrorTranslator.noRoom(e);
        }
    }

    public Path file() {
        return directory.resolve("copy.db");
    }

    Path source() {
        return source;
    }

    Instant at() {
        return at;
    }

    String journalMode() {
        return journalMode;
    }

    /** Of the file whose content the copy has; empty if it may have been written meanwhile. */
    Optional<FileState> state() {
        return state;
    }

    /** How often the copying began. */
    int attempts() {
        return attempts;
    }

    /** Removes the files. Connections that are open keep what they read. */
    @Override
    public void close() {
        delete(directory);
    }

    public static void delete(Path directory) {
        try {
            ProcessTempDirectory.delete(directory);
        } catch (IOException e) {
            throw HoldfastException.of(
                    FailureCode.INTERNAL,
                    "the private copy of a database could not be deleted (" + e + "); delete " + directory
                            + " yourself: it holds its rows",
                    e);
        }
    }
}
