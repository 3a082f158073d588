package io.holdfast.devstack.d1;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteLimits;
import org.sqlite.core.DB;

/** One database: one request at a time, as D1 has it. */
final class D1Database {
    /** Of a paid plan. */
    private static final Duration WINDOW = Duration.ofDays(30);

    private static final int MOST_RESTORES = 10;
    private static final Duration RESTORES_WINDOW = Duration.ofMinutes(10);

    private final String id;
    private final String name;
    private final Path file;
    private final ReentrantLock turn = new ReentrantLock(true);

    /** The content of the database at each bookmark, with history only. */
    private final TreeMap<String, Path> past = new TreeMap<>();

    /** Since when each bookmark was the present one. */
    private final TreeMap<Instant, String> since = new TreeMap<>();

    private final Deque<Instant> restores = new ArrayDeque<>();

    private long version;
    private boolean moving;
    private boolean history;

    /** @param version of the first bookmark */
    D1Database(String id, String name, Path file, long version) {
        this.version = version;
        this.id = id;
        this.name = name;
        this.file = file;
    }

    String id() {
        return id;
    }

    String name() {
        return name;
    }

    Path file() {
        return file;
    }

    private Connection connect() throws SQLException {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + file);
        return source.getConnection();
    }

    /** As the application's Worker would: no limits, one transaction. */
    void sql(String... statements) {
        turn.lock();
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            // a pragma has no effect inside a transaction
            boolean begun = false;
            for (String sql : statements) {
                if (!begun && !sql.startsWith("PRAGMA")) {
                    statement.execute("BEGIN IMMEDIATE");
                    begun = true;
                }
                statement.execute(sql);
            }
            if (begun) {
                statement.execute("COMMIT");
            }
            written();
        } catch (SQLException e) {
            throw new IllegalStateException(String.join("; ", statements), e);
        } finally {
            turn.unlock();
        }
    }

    /** All or nothing. */
    byte[] run(JsonNode statements, boolean raw, int answerLimit) throws D1Refusal {
        turn.lock();
        try (Connection connection = connect()) {
            limit(connection);
            DB database = connection.unwrap(SQLiteConnection.class).getDatabase();
            String before = state(connection, database);
            foreignKeys(connection);
            connection.setAutoCommit(false);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            new D1Statements(connection, raw, answerLimit).run(statements, out);
            boolean changed = !state(connection, database).equals(before);
            connection.commit();
            if (changed) {
                written();
            }
            return out.toByteArray();
        } catch (SQLException e) {
            throw D1Refusal.sql("D1_ERROR: " + e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            turn.unlock();
        }
    }

    /** D1 always asks for them. */
    private static void foreignKeys(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA foreign_keys = ON");
        }
    }

    private static String state(Connection connection, DB database) throws SQLException {
        try (Statement statement = connection.createStatement();
                var row = statement.executeQuery("PRAGMA schema_version")) {
            return row.getInt(1) + "/" + database.total_changes();
        }
    }

    /** Those of D1's platform, as far as they are known. */
    private static void limit(Connection connection) throws SQLException {
        SQLiteConnection sqlite = connection.unwrap(SQLiteConnection.class);
        sqlite.setLimit(SQLiteLimits.SQLITE_LIMIT_LENGTH, 2_000_000);
        sqlite.setLimit(SQLiteLimits.SQLITE_LIMIT_SQL_LENGTH, D1Statements.LONGEST);
        sqlite.setLimit(SQLiteLimits.SQLITE_LIMIT_COLUMN, 100);
        sqlite.setLimit(SQLiteLimits.SQLITE_LIMIT_EXPR_DEPTH, 100);
        sqlite.setLimit(SQLiteLimits.SQLITE_LIMIT_COMPOUND_SELECT, 5);
        sqlite.setLimit(SQLiteLimits.SQLITE_LIMIT_VDBE_OP, 25_000);
        sqlite.setLimit(SQLiteLimits.SQLITE_LIMIT_FUNCTION_ARG, 32);
        sqlite.setLimit(SQLiteLimits.SQLITE_LIMIT_ATTACHED, 0);
        sqlite.setLimit(SQLiteLimits.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50);
        sqlite.setLimit(SQLiteLimits.SQLITE_LIMIT_VARIABLE_NUMBER, D1Statements.MOST_PARAMETERS);
    }

    void bookmarksMove(boolean move) {
        moving = move;
    }

    /** From now on every state is kept. */
    void keepHistory(boolean keep) {
        turn.lock();
        try {
            history = keep;
            if (keep) {
                keep();
            }
        } finally {
            turn.unlock();
        }
    }

    private void written() {
        version++;
        if (history) {
            keep();
        }
    }

    private String keep() {
        String bookmark = String.format("%08x-00000000-00004c6d-%032x", version, version * 2654435761L);
        if (history && !past.containsKey(bookmark)) {
            past.put(bookmark, copy(bookmark));
            since.put(Instant.now(), bookmark);
        }
        return bookmark;
    }

    /** Text in time order. */
    String bookmark() {
        turn.lock();
        try {
            if (moving) {
                version++;
            }
            return keep();
        } finally {
            turn.unlock();
        }
    }

    /** The last one at this instant or before. */
    String bookmark(Instant instant) throws D1Refusal {
        turn.lock();
        try {
            var found = since.floorEntry(instant);
            if (found == null || instant.isBefore(Instant.now().minus(WINDOW))) {
                throw new D1Refusal(400, D1Refusal.FAILED, "No bookmark was found for the timestamp " + instant);
            }
            return found.getValue();
        } finally {
            turn.unlock();
        }
    }

    private Path copy(String bookmark) {
        try {
            return Files.copy(file, file.resolveSibling(id + "@" + bookmark), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Counts this many Time Travel restores by other programs. */
    void restored(int count, Instant now) {
        turn.lock();
        try {
            restores.addAll(Collections.nCopies(count, now));
        } finally {
            turn.unlock();
        }
    }

    /** @return the bookmark that undoes it */
    String restore(String bookmark, Instant now) throws D1Refusal {
        turn.lock();
        try {
            while (!restores.isEmpty()
                    && !restores.getFirst().plus(RESTORES_WINDOW).isAfter(now)) {
                restores.removeFirst();
            }
            if (restores.size() >= MOST_RESTORES) {
                throw new D1Refusal(
                        400, D1Refusal.FAILED, "Too many Time Travel restores of this database in the last 10 minutes");
            }
            Path then = past.get(bookmark);
            if (then == null) {
                throw new D1Refusal(400, D1Refusal.FAILED, "The bookmark is not valid for this database");
            }
            String previous = bookmark();
            restores.addLast(now);
            Files.copy(then, file, StandardCopyOption.REPLACE_EXISTING);
            written();
            return previous;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            turn.unlock();
        }
    }
}
