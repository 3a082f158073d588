package io.holdfast.engine.sqlite.snapshot;

import static java.util.Objects.requireNonNull;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.sqlite.jdbc.SqliteConnections;
import io.holdfast.engine.sqlite.jdbc.SqliteErrorTranslator;
import io.holdfast.engine.support.ProcessIdentity;
import io.holdfast.engine.support.RateLimit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.core.DB;

/**
 * A private copy of a database in use, page by page through SQLite's backup interface, which knows of the write-ahead log
 * and of locks. Everything else is read from the copy, so that a program that writes waits for the copying at most.
 *
 * <p>In WAL mode nobody waits: one read transaction sees one instant. Otherwise the pages are copied in steps between
 * which others may write; as that starts the copying over, a database that changes all the time is locked against writing
 * after a few attempts, for one pass.
 */
public final class OnlineFileCopy implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OnlineFileCopy.class);
    private static final String PREFIX = "holdfast-sqlite-";
    private static final int PAGES_AT_ONCE = 512;
    private static final int WAIT_MILLIS = 20;
    private static final int WAITS = 250;
    private static final int FREE_ATTEMPTS = 3;

    private final Path source;
    private final Connection live;
    private final RateLimit limit;
    private final Path directory;
    private final String journalMode;
    private final int pageSize;
    private @Nullable ResultSet pin;
    private @Nullable Instant pinnedAt;
    private boolean restrained;
    private int remaining = Integer.MAX_VALUE;
    private int attempts = 1;
    private Instant at = Instant.MIN;

    private OnlineFileCopy(Path source, Connection live, SnapshotOptions options, Path directory) throws SQLException {
        this.source = source;
        this.live = live;
        this.limit = new RateLimit(options.bytesPerSecond(), System::nanoTime);
        this.directory = directory;
        // the first question that reads the file: locks, and files that are none, are found here
        this.journalMode = SqliteConnections.one(live, "PRAGMA journal_mode");
        SqliteConnections.one(live, "SELECT count(*) FROM main.sqlite_schema");
        this.pageSize = Integer.parseInt(SqliteConnections.one(live, "PRAGMA page_size"));
    }

    /** Copies, and fails as {@link io.holdfast.engine.SourceDatabase#open} does. To be closed. */
    static OnlineFileCopy of(Path source, SnapshotOptions options) {
        refuseUnreadable(source);
        Path directory = directory();
        Connection live = null;
        boolean made = false;
        try {
            live = SqliteConnections.live(source, options.lockTimeout());
            OnlineFileCopy copy = new OnlineFileCopy(source, live, options, directory);
            copy.run();
            made = true;
            return copy;
        } catch (SQLException e) {
            throw SqliteErrorTranslator.source(source, "copying", e);
        } finally {
            SqliteConnections.close(live);
            if (!made) {
                delete(directory);
            }
        }
    }

    /** Only looks: opening the file here and closing it would take SQLite's locks on it away from this whole process. */
    private static void refuseUnreadable(Path source) {
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

    /** Of this process only; removed by the next one if this one is killed. */
    public static Path directory() {
        try {
            Path directory = Files.createTempDirectory(
                    PREFIX + ProcessIdentity.self() + "-",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            sweep(directory);
            return directory;
        } catch (IOException e) {
            throw SqliteErrorTranslator.noRoom(e);
        }
    }

    /** Removes the copies of processes that were killed: a database's rows, readable by whoever reads the disk. */
    private static void sweep(Path own) throws IOException {
        List<Path> found;
        try (var beside = Files.list(requireNonNull(own.getParent()))) {
            found = beside.filter(path -> abandoned(path)).toList();
        }
        for (Path path : found) {
            try {
                // in a directory that everybody writes to, a name may be somebody else's, or a link to anywhere
                if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                        && Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(own))) {
                    LOG.info("removing {}, left behind by a process that is gone", path);
                    delete(path);
                }
            } catch (IOException | HoldfastException e) {
                LOG.warn("{} was left behind by a process that is gone: {}", path, e.getMessage());
            }
        }
    }

    private static boolean abandoned(Path path) {
        return ProcessIdentity.of(String.valueOf(path.getFileName()), PREFIX)
                .filter(owner -> !owner.alive())
                .isPresent();
    }

    private void run() throws SQLException {
        if (journalMode.equalsIgnoreCase("wal")) {
            pin();
        }
        DB database = live.unwrap(SQLiteConnection.class).getDatabase();
        int result = database.backup("main", file().toString(), this::copied, WAIT_MILLIS, WAITS, PAGES_AT_ONCE);
        at = pinnedAt == null ? Instant.now() : pinnedAt;
        if (Thread.currentThread().isInterrupted()) {
            throw new SQLException("interrupted", null, SQLiteErrorCode.SQLITE_INTERRUPT.code);
        }
        SQLiteErrorCode code = SQLiteErrorCode.getErrorCode(result & 0xff);
        if (code != SQLiteErrorCode.SQLITE_OK && code != SQLiteErrorCode.SQLITE_DONE) {
            throw new SQLException(code.message, null, result);
        }
        if (remaining != 0) {
            // the library tells of errors of the copy only
            throw new SQLException("the copying ended early", null, SQLiteErrorCode.SQLITE_BUSY.code);
        }
    }

    private void pin() throws SQLException {
        pin = pin(live);
        pinnedAt = Instant.now();
        restrained = !journalMode.equalsIgnoreCase("wal");
    }

    /** Begins a read transaction: what is read after it is of one instant. Where it fails it can be tried again. */
    static ResultSet pin(Connection live) throws SQLException {
        SqliteConnections.run(live, "BEGIN");
        Statement statement = live.createStatement();
        try {
            ResultSet pin = statement.executeQuery("SELECT rowid FROM main.sqlite_schema");
            pin.next();
            return pin;
        } catch (SQLException e) {
            statement.close();
            SqliteConnections.run(live, "ROLLBACK");
            throw e;
        }
    }

    /** Called after each step, by the library: nothing may be thrown through it. */
    private void copied(int left, int total) {
        try {
            boolean again = left > remaining - 1 && remaining != Integer.MAX_VALUE;
            remaining = left;
            if (again && ++attempts > FREE_ATTEMPTS && pin == null) {
                pin();
            }
            if (!restrained) {
                limit.take((long) PAGES_AT_ONCE * pageSize);
            }
        } catch (InterruptedException e) {
            restrained = true; // no more waiting; the interrupt is found when the library returns
            Thread.currentThread().interrupt();
        } catch (SQLException e) {
            // not pinned: tried again after the next step
            attempts--;
        }
    }

    Path file() {
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
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            throw HoldfastException.of(
                    FailureCode.INTERNAL,
                    "the private copy of a database could not be deleted (" + e + "); delete "
                            + requireNonNull(directory) + " yourself: it holds its rows",
                    e);
        }
    }
}
