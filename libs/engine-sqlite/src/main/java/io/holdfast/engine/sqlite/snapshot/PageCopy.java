package io.holdfast.engine.sqlite.snapshot;

import io.holdfast.engine.sqlite.jdbc.SqliteConnections;
import io.holdfast.engine.support.RateLimit;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.core.DB;

/**
 * A copy of a database page by page through SQLite's backup interface, which respects the write-ahead log and locks.
 *
 * <p>In WAL mode no program waits: one read transaction sees one instant. Otherwise the pages are copied in steps between
 * which others may write; as a write starts the copying again, a database that changes all the time is locked against
 * writing after a few attempts, for one pass.
 */
final class PageCopy {
    private static final int PAGES_AT_ONCE = 512;
    private static final int WAIT_MILLIS = 20;
    private static final int WAITS = 250;
    private static final int FREE_ATTEMPTS = 3;

    private final Connection live;
    private final RateLimit limit;
    private final Path copy;
    private final String journalMode;
    private final int pageSize;
    private @Nullable ResultSet pin;
    private @Nullable Instant pinnedAt;
    private boolean restrained;
    private int remaining = Integer.MAX_VALUE;
    private int attempts = 1;
    private Instant at = Instant.MIN;

    PageCopy(Connection live, RateLimit limit, Path copy) throws SQLException {
        this.live = live;
        this.limit = limit;
        this.copy = copy;
        // the first question that reads the file: locks, and files that are none, are found here
        this.journalMode = SqliteConnections.one(live, "PRAGMA journal_mode");
        SqliteConnections.one(live, "SELECT count(*) FROM main.sqlite_schema");
        this.pageSize = Integer.parseInt(SqliteConnections.one(live, "PRAGMA page_size"));
    }

    void run() throws SQLException {
        if (journalMode.equalsIgnoreCase("wal")) {
            pin();
        }
        DB database = live.unwrap(SQLiteConnection.class).getDatabase();
        int result = database.backup("main", copy.toString(), this::copied, WAIT_MILLIS, WAITS, PAGES_AT_ONCE);
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
}
