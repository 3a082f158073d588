package io.holdfast.engine.sqlite.load;

import io.holdfast.contracts.CheckResult;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.LoadResult;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.check.Damage;
import io.holdfast.engine.check.DataCheck;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.SequenceState;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.rows.RowSource;
import io.holdfast.engine.sqlite.jdbc.SqliteConnections;
import io.holdfast.engine.sqlite.jdbc.SqliteErrorTranslator;
import io.holdfast.engine.sqlite.rows.TableLoader;
import io.holdfast.engine.sqlite.schema.SchemaCreator;
import io.holdfast.engine.sqlite.schema.SqliteCatalog;
import io.holdfast.engine.sqlite.schema.SqliteSchemaDump;
import io.holdfast.engine.sqlite.snapshot.LiveFileHandle;
import io.holdfast.engine.sqlite.snapshot.SnapshotOpener;
import io.holdfast.engine.sqlite.snapshot.SqliteSnapshot;
import io.holdfast.engine.support.InterruptWatcher;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A file being restored, by one connection: SQLite has one writer. Whoever else loads waits for it. */
final class SqliteTargetDatabase implements TargetDatabase {
    private final Path file;
    private final ReentrantLock writer = new ReentrantLock();
    private final Object state = new Object();
    private @Nullable Connection connection;
    private boolean closed;

    /** SQLite writes to its own tables while others are loaded: they come last. */
    private final Queue<Deferred> deferred = new ArrayDeque<>();

    private record Deferred(TableDescriptor table, long rows, RowSource source) {}

    SqliteTargetDatabase(Path file) {
        this.file = file;
    }

    /** Work on the connection. */
    @FunctionalInterface
    private interface Work {
        void with(Connection connection) throws SQLException, IOException, InterruptedException;
    }

    /** Work by the only one who writes. */
    @FunctionalInterface
    private interface Turn {
        void take() throws SQLException, IOException, InterruptedException;
    }

    @SuppressWarnings("try") // the watch is only there to be closed
    private void run(String doing, Work work) {
        inTurn(doing, () -> {
            Connection open = connection();
            try (InterruptWatcher.Watched watched = InterruptWatcher.watch(() -> SqliteConnections.interrupt(open))) {
                work.with(open);
            }
        });
    }

    private void inTurn(String doing, Turn turn) {
        try {
            writer.lockInterruptibly();
            try {
                turn.take();
            } finally {
                writer.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw cancelled(doing, e);
        } catch (SQLException e) {
            throw stopped() ? cancelled(doing, e) : SqliteErrorTranslator.target(file, doing, e);
        } catch (IOException e) {
            if (stopped()) {
                throw cancelled(doing, e);
            }
            throw new UncheckedIOException(e);
        }
    }

    private Connection connection() throws SQLException {
        synchronized (state) {
            refuseIfClosed();
            Connection open = connection;
            if (open == null) {
                open = SqliteConnections.writing(file);
                connection = open;
            }
            return open;
        }
    }

    private void refuseIfClosed() {
        synchronized (state) {
            if (closed) {
                throw HoldfastException.of(FailureCode.CANCELLED, "the database " + file + " was closed by its owner");
            }
        }
    }

    /** Lets others see what was written, and the file be synchronised. Only by who holds the writer. */
    private void disconnect() throws SQLException {
        synchronized (state) {
            if (connection != null) {
                connection.close();
                connection = null;
            }
        }
    }

    private boolean stopped() {
        synchronized (state) {
            return closed || Thread.currentThread().isInterrupted();
        }
    }

    private HoldfastException cancelled(String doing, Throwable cause) {
        return HoldfastException.of(FailureCode.CANCELLED, doing + " in " + file + " was cancelled", cause);
    }

    @Override
    public void settings(DatabaseDescriptor shape) {
        // a file's settings are part of its definitions
    }

    @Override
    public List<Finding> preData(Path schemaDump) {
        SqliteSchemaDump schema = SqliteSchemaDump.read(schemaDump);
        run("making tables", open -> builder(open, schema).tables());
        return List.of();
    }

    private static SchemaCreator builder(Connection open, SqliteSchemaDump schema) {
        return new SchemaCreator(open, schema, (entry, e) -> {
            throw new SQLException(
                    entry.shown() + ": " + SqliteErrorTranslator.said(e), e.getSQLState(), e.getErrorCode(), e);
        });
    }

    /** There is one connection, so one stream. */
    @Override
    public LoadResult load(TableDescriptor table, long rows, int streams, RowSource source) {
        run("loading " + table.name(), open -> {
            if (table.name().name().startsWith("sqlite_")) {
                deferred.add(new Deferred(table, rows, source));
            } else {
                TableLoader.replace(open, table, rows, source);
            }
        });
        return new LoadResult(rows, false);
    }

    /** There is one connection, and it loads. */
    @Override
    public boolean indexLoaded(Path schemaDump) {
        return false;
    }

    @Override
    public List<Finding> postData(Path schemaDump) {
        SqliteSchemaDump schema = SqliteSchemaDump.read(schemaDump);
        List<Finding> findings = new ArrayList<>();
        run("making indexes, views and triggers", open -> {
            for (Deferred late = deferred.poll(); late != null; late = deferred.poll()) {
                TableLoader.replace(open, late.table(), late.rows(), late.source());
            }
            SchemaCreator creator = builder(open, schema);
            creator.rest();
            creator.omitted()
                    .forEach(index -> findings.add(new Finding(
                            Finding.Kind.NOT_ON_TARGET,
                            index.name(),
                            index.shown() + " of table " + index.table()
                                    + " was left out, because it uses a collation or a function of its application; create it in"
                                    + " the application: " + index.sql())));
        });
        return findings;
    }

    /** The table sqlite_sequence is one among others. */
    @Override
    public void sequences(List<SequenceState> sequences) {}

    @Override
    public List<Finding> refresh(List<QualifiedName> views) {
        return List.of();
    }

    @Override
    public List<Finding> finish(Path schemaDump) {
        return List.of();
    }

    /** What ANALYZE once found is in tables that were loaded; a new analysis would be something else. */
    @Override
    public List<Supplier<List<Finding>>> analyses() {
        return List.of();
    }

    @Override
    public void properties(DatabaseDescriptor shape) {
        run("setting properties", open -> {
            SqliteConnections.run(
                    open,
                    "PRAGMA user_version = "
                            + Integer.parseInt(shape.setting("user_version").orElse("0")));
            SqliteConnections.run(
                    open,
                    "PRAGMA application_id = "
                            + Integer.parseInt(shape.setting("application_id").orElse("0")));
            refuseNewViolations(open, shape);
            disconnect();
            if (shape.setting("journal_mode").orElse("0").equals("wal")) {
                // the last connection takes the log's own files away again when it is closed
                SqliteConnections.one(connection(), "PRAGMA journal_mode = WAL");
                disconnect();
            }
            SqliteTargetDirectory.synchronise(file);
        });
    }

    @Override
    public Optional<Set<Integer>> reread(Path schemaDump, DatabaseDescriptor shape, OutputStream out) {
        return Optional.empty();
    }

    @Override
    public List<Finding> admit(DatabaseDescriptor shape) {
        return List.of(); // who may open the file may use it
    }

    /** A source may hold rows that refer to nothing, and they come back so; a restore makes none. */
    private void refuseNewViolations(Connection open, DatabaseDescriptor shape) throws SQLException {
        String before = shape.setting(SqliteSnapshot.VIOLATIONS).orElse("0");
        String after = SqliteCatalog.foreignKeyViolations(open, shape.tables());
        boolean worse = !before.equals(SqliteCatalog.UNKNOWN)
                && (after.equals(SqliteCatalog.UNKNOWN) || Long.parseLong(after) > Long.parseLong(before));
        if (worse) {
            throw HoldfastException.of(
                    FailureCode.TARGET_LOAD_FAILED,
                    "rows that refer to nothing: " + before + " in the backup, " + after + " in " + file);
        }
    }

    @Override
    public Snapshot snapshot(SnapshotOptions options) {
        return SnapshotOpener.ofStill(file, options, journalMode());
    }

    /** Of the file as it now is: a connection that writes has another one. */
    private String journalMode() {
        List<String> mode = new ArrayList<>();
        inTurn("preparing to read", () -> {
            disconnect();
            Connection asking = SqliteConnections.own(file);
            try {
                mode.add(SqliteConnections.one(asking, "PRAGMA journal_mode"));
            } finally {
                SqliteConnections.close(asking);
            }
        });
        return mode.getFirst();
    }

    @Override
    public List<CheckResult> check(List<DataCheck> checks, Duration each) {
        List<CheckResult> results = new ArrayList<>();
        for (DataCheck check : checks) {
            try {
                asking("check " + check.name(), each, asked -> results.add(asked.of(check)));
            } catch (HoldfastException holdfastException) {
                if (holdfastException.code() == FailureCode.CANCELLED) {
                    throw holdfastException;
                }
                results.add(check.notRun(holdfastException.reason().message()));
            }
        }
        return results;
    }

    @Override
    public Map<QualifiedName, Long> rowCounts(Collection<QualifiedName> tables, Duration timeout) {
        Map<QualifiedName, Long> counts = new HashMap<>();
        asking("counting rows", timeout, asked -> counts.putAll(asked.rowCounts(tables)));
        return counts;
    }

    /** Work of checks. */
    @FunctionalInterface
    private interface Asking {
        void of(DataCheckRunner checks) throws SQLException;
    }

    /** The file may be a live one: nothing of it is changed, its journal mode neither. */
    @SuppressWarnings("try") // the handle is only there to be closed
    private void asking(String doing, Duration limit, Asking work) {
        inTurn(doing, () -> {
            refuseIfClosed();
            disconnect();
            try (LiveFileHandle handle = LiveFileHandle.of(file);
                    Connection asking = SqliteConnections.own(file)) {
                work.of(new DataCheckRunner(asking, limit));
            }
        });
    }

    @Override
    public Optional<String> damage(Damage damage, QualifiedName table) {
        List<String> damaged = new ArrayList<>();
        run(
                "damaging a copy",
                open -> SqliteDamage.of(open, damage, table.name()).ifPresent(damaged::add));
        return damaged.stream().findFirst();
    }

    @Override
    public void close() {
        Connection open;
        synchronized (state) {
            closed = true;
            open = connection;
        }
        if (open != null) {
            SqliteConnections.interrupt(open);
            writer.lock();
            try {
                SqliteConnections.close(open);
            } finally {
                writer.unlock();
            }
        }
    }
}
