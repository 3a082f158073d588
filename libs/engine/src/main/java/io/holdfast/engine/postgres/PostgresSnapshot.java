package io.holdfast.engine.postgres;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.engine.CancelWatch;
import io.holdfast.engine.DatabaseShape;
import io.holdfast.engine.Finding;
import io.holdfast.engine.ReadTask;
import io.holdfast.engine.RowSink;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.TablePart;
import io.holdfast.engine.TableResult;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One leader that holds the locks, readers that import its snapshot. */
final class PostgresSnapshot implements Snapshot {
    /** Readers only wait this long for a lock that the leader holds already; then the leader reads itself. */
    private static final String READER_LOCK_TIMEOUT = "SET LOCAL lock_timeout = '1s'";

    private final Connections source;
    private final Leader leader;
    private final DatabaseShape shape;
    private final List<ReadTask> plan;
    private final SchemaDump dump;
    private final Readers readers;
    private final CopyReader copies;

    PostgresSnapshot(
            Connections source,
            SnapshotOptions options,
            Leader leader,
            DatabaseShape shape,
            List<ReadTask> plan,
            SchemaDump dump,
            CopyReader copies) {
        this.source = source;
        this.leader = leader;
        this.shape = shape;
        this.plan = List.copyOf(plan);
        this.dump = dump;
        this.readers = new Readers(options.readers(), this::openReader);
        this.copies = copies;
    }

    @Override
    public DatabaseShape shape() {
        return shape;
    }

    @Override
    public Instant at() {
        return leader.at;
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
        if (readers.closed()) {
            throw cancelled("dumping the schema", null);
        }
        try {
            List<Finding> findings = dump.write(out);
            leader.stillHolds();
            return findings;
        } catch (SQLException e) {
            throw failure("dumping the schema", null, e);
        }
    }

    private Connection openReader() throws SQLException {
        Connection connection = source.open();
        try {
            Sql.run(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
            Sql.run(connection, "SET TRANSACTION SNAPSHOT " + Sql.literal(leader.snapshot));
            Sql.run(connection, READER_LOCK_TIMEOUT);
            return connection;
        } catch (SQLException e) {
            Connections.abort(connection);
            // without its leader a snapshot cannot be imported: then that is the reason to give
            leader.stillHolds();
            throw e;
        }
    }

    @Override
    public List<TableResult> read(ReadTask task, RowSink sink) {
        List<TableResult> results = new ArrayList<>();
        for (TablePart part : task.parts()) {
            results.add(read(part, sink));
        }
        return results;
    }

    private TableResult read(TablePart part, RowSink sink) {
        String name = part.relation().toString();
        String doing = "reading " + name;
        try {
            sink.begin(part);
            TableResult result = byReader(part, sink);
            // a reader had its own lock on the table before the leader was seen alive: nothing slipped in between
            leader.stillHolds();
            sink.end(result);
            return result;
        } catch (SQLException e) {
            throw failure(doing, name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw cancelled(doing, e);
        } catch (IOException e) {
            if (stopped()) {
                throw cancelled(doing, e);
            }
            throw new UncheckedIOException(e);
        } catch (OutOfMemoryError e) {
            throw Failure.about(
                    name,
                    FailureCode.SOURCE_VALUE_TOO_LARGE,
                    doing + ": a row does not fit into this process's memory; give it more heap (-Xmx)");
        }
    }

    @SuppressWarnings("try") // the watch is only there to be closed
    private TableResult byReader(TablePart part, RowSink sink) throws SQLException, IOException, InterruptedException {
        Connection reader = readers.take();
        boolean whole = false;
        Begun begun = new Begun(sink);
        try (CancelWatch.Watched watched = CancelWatch.watch(() -> Connections.cancel(reader))) {
            TableResult result = copies.read(reader, part, begun);
            whole = true;
            return result;
        } catch (SQLException e) {
            // a lock on a TOAST index may be missing in the middle: what was handed over cannot be taken back
            if (Failures.state(e).equals("55P03") && !begun.rows && !stopped()) {
                return byLeader(part, sink);
            }
            throw e;
        } finally {
            if (whole) {
                readers.done(reader);
            } else {
                readers.broken(reader);
            }
        }
    }

    /** Knows whether a row was handed over. */
    private static final class Begun implements RowSink {
        private final RowSink sink;
        private boolean rows;

        Begun(RowSink sink) {
            this.sink = sink;
        }

        @Override
        public void row(byte[] buffer, int offset, int length, long hash) throws IOException {
            rows = true;
            sink.row(buffer, offset, length, hash);
        }
    }

    /** Somebody's DDL waits behind the leader's lock, and a reader would wait behind that DDL: the leader need not wait. */
    @SuppressWarnings("try") // the watch is only there to be closed
    private TableResult byLeader(TablePart part, RowSink sink) throws SQLException, IOException, InterruptedException {
        synchronized (leader.connection) {
            try (CancelWatch.Watched watched = CancelWatch.watch(() -> Connections.cancel(leader.connection))) {
                return copies.read(leader.connection, part, sink);
            }
        }
    }

    private Failure failure(String doing, @Nullable String object, SQLException e) {
        return stopped() ? cancelled(doing, e) : source.failure(doing, object, e);
    }

    private boolean stopped() {
        return readers.closed() || Thread.currentThread().isInterrupted();
    }

    private Failure cancelled(String doing, @Nullable Throwable cause) {
        return new Failure(
                FailureReason.of(FailureCode.CANCELLED, doing + " of " + source.address.shown() + " was cancelled"),
                cause);
    }

    @Override
    public void close() {
        if (readers.closed()) {
            return;
        }
        readers.close();
        dump.cancel();
        Connections.cancel(leader.connection);
    }
}
