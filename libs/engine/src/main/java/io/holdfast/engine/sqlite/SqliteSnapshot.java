package io.holdfast.engine.sqlite;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.engine.CancelWatch;
import io.holdfast.engine.DatabaseShape;
import io.holdfast.engine.Finding;
import io.holdfast.engine.ReadTask;
import io.holdfast.engine.RowSink;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.TablePart;
import io.holdfast.engine.TableResult;
import io.holdfast.engine.TableShape;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Some connections to a file that nobody changes any more. */
final class SqliteSnapshot implements Snapshot {
    /** A setting of the shape that is none of the file: how many rows refer to nothing. */
    static final String VIOLATIONS = "foreign_key_violations";

    /** Tables up to this size share one lane, and so chunks. */
    private static final long SMALL = 1 << 20;

    private final Path file;
    private final BiFunction<String, SQLException, Failure> failure;
    private final Pool pool;
    private final DatabaseShape shape;
    private final SchemaRows schema;
    private final Instant at;

    SqliteSnapshot(
            Path file,
            BiFunction<String, SQLException, Failure> failure,
            List<Connection> readers,
            DatabaseShape shape,
            SchemaRows schema,
            Instant at) {
        this.file = file;
        this.failure = failure;
        this.pool = new Pool(readers);
        this.shape = shape;
        this.schema = schema;
        this.at = at;
    }

    @Override
    public DatabaseShape shape() {
        return shape;
    }

    @Override
    public Instant at() {
        return at;
    }

    @Override
    public String schemaFormat() {
        return SchemaRows.FORMAT;
    }

    @Override
    public List<Finding> dumpSchema(OutputStream out) {
        if (pool.closed()) {
            throw cancelled("dumping the schema", null);
        }
        try {
            schema.write(out);
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Each large table by itself, largest first, then all small ones in the order of their names. */
    @Override
    public List<ReadTask> plan() {
        List<ReadTask> plan = new ArrayList<>();
        shape.tables().stream()
                .filter(table -> table.dataIncluded() && table.estimatedBytes() > SMALL)
                .sorted(Comparator.comparingLong(TableShape::estimatedBytes).reversed())
                .forEach(table -> plan.add(task(plan.size(), List.of(table))));
        List<TableShape> small = shape.tables().stream()
                .filter(table -> table.dataIncluded() && table.estimatedBytes() <= SMALL)
                .toList();
        if (!small.isEmpty()) {
            plan.add(task(plan.size(), small));
        }
        return plan;
    }

    private static ReadTask task(int index, List<TableShape> tables) {
        return new ReadTask(
                index,
                tables.stream()
                        .map(table -> new TablePart(table, table.name(), null))
                        .toList(),
                tables.stream().mapToLong(TableShape::estimatedBytes).sum());
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
        String doing = "reading " + part.relation();
        try {
            sink.begin(part);
            TableResult result = byReader(part, sink);
            sink.end(result);
            return result;
        } catch (SQLException e) {
            throw stopped() ? cancelled(doing, e) : failure.apply(doing, e);
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
                    part.relation().toString(),
                    FailureCode.SOURCE_VALUE_TOO_LARGE,
                    doing + ": a row does not fit into this process's memory; give it more heap (-Xmx)");
        }
    }

    @SuppressWarnings("try") // the watch is only there to be closed
    private TableResult byReader(TablePart part, RowSink sink) throws SQLException, IOException, InterruptedException {
        Connection reader = pool.take();
        try (CancelWatch.Watched watched = CancelWatch.watch(() -> Sqlite.interrupt(reader))) {
            return TableReader.read(reader, part, sink);
        } finally {
            pool.done(reader);
        }
    }

    private boolean stopped() {
        return pool.closed() || Thread.currentThread().isInterrupted();
    }

    private Failure cancelled(String doing, @Nullable Throwable cause) {
        String message = doing + " of " + file + " was cancelled";
        return cause == null
                ? Failure.of(FailureCode.CANCELLED, message)
                : Failure.of(FailureCode.CANCELLED, message, cause);
    }

    @Override
    public void close() {
        pool.close();
    }
}
