package io.holdfast.engine.postgres.snapshot;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HeapSetting;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.BlockedDdlPolicy;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.increment.ChangeMark;
import io.holdfast.engine.increment.ChangesSince;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.LogPosition;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.postgres.copy.CopyOutReader;
import io.holdfast.engine.postgres.increment.ChangeTracker;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.ConnectionPool;
import io.holdfast.engine.postgres.jdbc.PoolerDetector;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.jdbc.SqlErrorTranslator;
import io.holdfast.engine.rows.ReadTask;
import io.holdfast.engine.rows.RowSink;
import io.holdfast.engine.rows.TableReadRange;
import io.holdfast.engine.rows.TableReadResult;
import io.holdfast.engine.support.InterruptWatcher;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One leader that holds the locks, readers that import its snapshot. */
final class PostgresSnapshot implements Snapshot {
    /** COPY's longest row, 1 GiB of text, and what else a backup needs. */
    private static final long HEAP_FOR_ANY_ROW_MIB = 1536;

    /** What a reader goes back to after each part, so that it keeps no lock, not even on an index, that it needs no more. */
    private static final String BEFORE = "part";

    private final ConnectionFactory source;
    private final SnapshotOptions options;
    private final SnapshotLeader snapshotLeader;
    private final DatabaseDescriptor shape;
    private final List<ReadTask> plan;
    private final SchemaDump dump;
    private final ConnectionPool connectionPool;
    private final CopyOutReader copies;
    private final @Nullable ChangeTracker tracker;

    /** Of the server: the leader's and those of all readers. */
    private final Set<Integer> processes = ConcurrentHashMap.newKeySet();

    private final AtomicReference<@Nullable HoldfastException> ended = new AtomicReference<>();
    private volatile @Nullable BlockedSessionMonitor watch;

    PostgresSnapshot(
            ConnectionFactory source,
            SnapshotOptions options,
            SnapshotLeader snapshotLeader,
            DatabaseDescriptor shape,
            List<ReadTask> plan,
            SchemaDump dump,
            CopyOutReader copies,
            @Nullable ChangeTracker tracker) {
        this.source = source;
        this.options = options;
        this.snapshotLeader = snapshotLeader;
        this.shape = shape;
        this.plan = List.copyOf(plan);
        this.dump = dump;
        this.connectionPool = new ConnectionPool(options.readers(), this::openReader);
        this.copies = copies;
        this.tracker = tracker;
        processes.add(snapshotLeader.process);
    }

    /** @param connection becomes the watch's */
    void watch(Connection connection, BlockedDdlPolicy how) {
        watch = BlockedSessionMonitor.start(source, connection, processes, how, this::end);
    }

    /** Ends everything, and this is the reason that whoever reads is given. */
    private void end(HoldfastException reason) {
        if (!connectionPool.closed() && ended.compareAndSet(null, reason)) {
            close();
        }
    }

    @Override
    public DatabaseDescriptor shape() {
        return shape;
    }

    @Override
    public Instant at() {
        return snapshotLeader.at;
    }

    @Override
    public List<ReadTask> plan() {
        return plan;
    }

    @Override
    public String schemaFormat() {
        return "pg_dump custom";
    }

    @Override
    public List<Finding> dumpSchema(OutputStream out) {
        if (connectionPool.closed()) {
            throw cancelled("dumping the schema", null);
        }
        try {
            dump.copyTo(out);
            snapshotLeader.stillHolds();
            return dump.findings();
        } catch (SQLException e) {
            throw failure("dumping the schema", null, e);
        }
    }

    /** The reason why everything was ended, if it was. */
    private HoldfastException because(HoldfastException e) {
        HoldfastException reason = ended.get();
        return reason == null ? e : reason;
    }

    private Connection openReader() throws SQLException {
        Connection connection = source.open();
        try {
            Sql.run(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
            Sql.run(connection, "SET TRANSACTION SNAPSHOT " + Sql.literal(snapshotLeader.snapshot));
            PoolerDetector.check(connection, source.address.shown());
            processes.add(PoolerDetector.process(connection));
            Sql.run(connection, SnapshotLeader.lockTimeout(options.lockTimeout()) + "; SAVEPOINT " + BEFORE);
            return connection;
        } catch (SQLException | RuntimeException e) {
            ConnectionFactory.abort(connection);
            // without its leader a snapshot cannot be imported: then that is the reason to give
            snapshotLeader.stillHolds();
            throw e;
        }
    }

    @Override
    public List<TableReadResult> read(ReadTask task, RowSink sink) {
        List<TableReadResult> results = new ArrayList<>();
        for (TableReadRange part : task.parts()) {
            results.add(read(part, sink));
        }
        stillLocked();
        return results;
    }

    private TableReadResult read(TableReadRange part, RowSink sink) {
        String name = part.relation().toString();
        String doing = "reading " + name;
        try {
            sink.begin(part);
            TableReadResult result = byReader(part, sink);
            sink.end(result);
            return result;
        } catch (SQLException e) {
            throw failure(doing, name, e);
        } catch (HoldfastException e) {
            throw because(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw cancelled(doing, e);
        } catch (IOException e) {
            if (stopped()) {
                throw cancelled(doing, e);
            }
            throw new UncheckedIOException(e);
        } catch (OutOfMemoryError e) {
            throw HoldfastException.about(
                    name,
                    FailureCode.SOURCE_VALUE_TOO_LARGE,
                    doing + ": a row does not fit into memory; " + HeapSetting.advice(HEAP_FOR_ANY_ROW_MIB));
        }
    }

    /** Readers had their own locks on the tables before the leader is seen alive: nothing slipped in between. */
    private void stillLocked() {
        try {
            snapshotLeader.stillHolds();
        } catch (SQLException e) {
            throw failure("reading " + source.address.shown(), null, e);
        }
    }

    @SuppressWarnings("try") // the watch is only there to be closed
    private TableReadResult byReader(TableReadRange part, RowSink sink)
            throws SQLException, IOException, InterruptedException {
        Connection reader = connectionPool.take();
        boolean whole = false;
        try (InterruptWatcher.Watched watched = InterruptWatcher.watch(() -> ConnectionFactory.cancel(reader))) {
            TableReadResult result = locked(reader, part) ? copy(reader, part, sink) : null;
            Sql.run(reader, "ROLLBACK TO SAVEPOINT " + BEFORE);
            whole = true;
            if (result != null) {
                return result;
            }
        } finally {
            if (whole) {
                connectionPool.done(reader);
            } else {
                connectionPool.broken(reader);
            }
        }
        return byLeader(part, sink);
    }

    /** False if somebody's DDL waits behind the leader's lock: a reader would wait behind that DDL, until the very end. */
    private static boolean locked(Connection reader, TableReadRange part) throws SQLException {
        if (!inTable(part)) {
            return true;
        }
        try {
            Sql.run(reader, "LOCK TABLE ONLY " + part.relation().sql() + " IN ACCESS SHARE MODE NOWAIT");
            return true;
        } catch (SQLException e) {
            if (SqlErrorTranslator.state(e).equals("55P03")) {
                return false;
            }
            throw e;
        }
    }

    /** The leader has the lock and need not wait. */
    @SuppressWarnings("try") // the watch is only there to be closed
    private TableReadResult byLeader(TableReadRange part, RowSink sink)
            throws SQLException, IOException, InterruptedException {
        synchronized (snapshotLeader.connection) {
            try (InterruptWatcher.Watched watched =
                    InterruptWatcher.watch(() -> ConnectionFactory.cancel(snapshotLeader.connection))) {
                Sql.run(snapshotLeader.connection, "SAVEPOINT " + BEFORE);
                TableReadResult result = copy(snapshotLeader.connection, part, sink);
                // locks on indexes too: a REINDEX that waits for one would keep readers waiting
                Sql.run(snapshotLeader.connection, "ROLLBACK TO SAVEPOINT " + BEFORE + "; RELEASE SAVEPOINT " + BEFORE);
                return result;
            }
        }
    }

    /** Afterwards, because a session that read another table by the name knows by then that the name is that one's. */
    private TableReadResult copy(Connection connection, TableReadRange part, RowSink sink)
            throws SQLException, IOException, InterruptedException {
        if (!inTable(part)) {
            return copies.read(connection, part, sink);
        }
        TableReadResult result = copies.read(connection, part, sink);
        snapshotLeader.stillNamed(connection, part.relation());
        return result;
    }

    private static boolean inTable(TableReadRange part) {
        return part.table().ordinary() || part.table().kind() == TableDescriptor.Kind.EXTENSION;
    }

    private HoldfastException failure(String doing, @Nullable String object, SQLException e) {
        return stopped() ? cancelled(doing, e) : source.failure(doing, object, e);
    }

    private boolean stopped() {
        return connectionPool.closed() || Thread.currentThread().isInterrupted();
    }

    private HoldfastException cancelled(String doing, @Nullable Throwable cause) {
        return because(new HoldfastException(
                FailureReason.of(FailureCode.CANCELLED, doing + " of " + source.address.shown() + " was cancelled"),
                cause));
    }

    @Override
    public ChangesSince changesSince(ChangeMark earlier) {
        return tracker == null ? Snapshot.super.changesSince(earlier) : tracker.since(earlier);
    }

    @Override
    public Optional<ChangeMark> mark() {
        return tracker == null ? Optional.empty() : tracker.mark();
    }

    @Override
    public Optional<LogPosition> position() {
        if (snapshotLeader.position.isEmpty() || connectionPool.closed()) {
            return Optional.empty();
        }
        synchronized (snapshotLeader.connection) {
            try {
                boolean durable = SnapshotPosition.isDurable(
                        snapshotLeader.connection, snapshotLeader.position.get(), snapshotLeader.at);
                return durable ? snapshotLeader.position : Optional.empty();
            } catch (SQLException e) {
                return Optional.empty(); // the session has ended: the server may have lost this WAL
            }
        }
    }

    @Override
    public void close() {
        if (connectionPool.closed()) {
            return;
        }
        BlockedSessionMonitor watching = watch;
        if (watching != null) {
            watching.close();
        }
        connectionPool.close();
        dump.close();
        ConnectionFactory.cancel(snapshotLeader.connection);
    }
}
