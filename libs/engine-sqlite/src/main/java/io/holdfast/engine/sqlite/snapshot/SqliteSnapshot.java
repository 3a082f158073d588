package io.holdfast.engine.sqlite.snapshot;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HeapSetting;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.BackupScope;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.increment.ChangeMark;
import io.holdfast.engine.increment.ChangesSince;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.rows.ReadTask;
import io.holdfast.engine.rows.RowSink;
import io.holdfast.engine.rows.TableReadRange;
import io.holdfast.engine.rows.TableReadResult;
import io.holdfast.engine.sqlite.jdbc.ConnectionPool;
import io.holdfast.engine.sqlite.jdbc.SqliteConnections;
import io.holdfast.engine.sqlite.rows.TableReader;
import io.holdfast.engine.sqlite.schema.SqliteSchemaDump;
import io.holdfast.engine.support.InterruptWatcher;
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
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Some connections to a file that nobody changes any more. */
public final class SqliteSnapshot implements Snapshot {
    /** SQLite's longest row, 1 GB, twice, and what else a backup needs. */
    private static final long HEAP_FOR_ANY_ROW_MIB = 2560;

    /** A setting of the shape that is none of the file: how many rows refer to nothing. */
    public static final String VIOLATIONS = "foreign_key_violations";

    /** Another number where rows of the same file are read in another way. */
    private static final String READING = "sqlite 1";

    /** Tables up to this size share one lane, and so chunks. */
    private static final long SMALL = 1 << 20;

    private final Path file;
    private final BiFunction<String, SQLException, HoldfastException> failure;
    private final ConnectionPool pool;
    private final BackupScope scope;
    private final DatabaseDescriptor shape;
    private final SqliteSchemaDump schema;
    private final List<SqliteSchemaDump.Entry> omitted;
    private final Instant at;
    private Optional<FileState> state = Optional.empty();

    SqliteSnapshot(
            Path file,
            BiFunction<String, SQLException, HoldfastException> failure,
            List<Connection> readers,
            BackupScope scope,
            DatabaseDescriptor shape,
            SqliteSchemaDump schema,
            List<SqliteSchemaDump.Entry> omitted,
            Instant at) {
        this.file = file;
        this.failure = failure;
        this.pool = new ConnectionPool(readers);
        this.scope = scope;
        this.shape = shape;
        this.schema = schema;
        this.omitted = omitted;
        this.at = at;
    }

    @Override
    public DatabaseDescriptor shape() {
        return shape;
    }

    @Override
    public Instant at() {
        return at;
    }

    /** The state of the file whose content this is; without it nothing is told about changes. */
    void recordState(FileState value) {
        state = Optional.of(value);
    }

    @Override
    public ChangesSince changesSince(ChangeMark earlier) {
        return mark().map(now -> now.equals(earlier)
                        ? ChangesSince.known(part -> true)
                        : ChangesSince.unknown(
                                "the file, the scope or the SQLite library changed, or the machine was started again"))
                .orElseGet(() -> ChangesSince.unknown("the file was written just now, or has a log"));
    }

    @Override
    public Optional<ChangeMark> mark() {
        return state.map(now -> new ChangeMark(
                ChangeMark.FORMAT,
                READING + " " + now.text(),
                shape.serverVersion() + " " + scope.canonical(),
                0,
                0,
                0,
                List.of(),
                Map.of()));
    }

    @Override
    public String schemaFormat() {
        return SqliteSchemaDump.FORMAT;
    }

    @Override
    public List<Finding> dumpSchema(OutputStream out) {
        if (pool.closed()) {
            throw cancelled("dumping the schema", null);
        }
        try {
            schema.write(out);
            return omitted.stream()
                    .map(index -> new Finding(
                            Finding.Kind.NOT_CARRIED,
                            index.name(),
                            index.shown() + " of table " + index.table()
                                    + " uses a collation or a function of its application: its content was not checked,"
                                    + " and a restored file does not have it; the backup has its definition, with which"
                                    + " the application can create it"))
                    .toList();
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
                .sorted(Comparator.comparingLong(TableDescriptor::estimatedBytes)
                        .reversed())
                .forEach(table -> plan.add(task(plan.size(), List.of(table))));
        List<TableDescriptor> small = shape.tables().stream()
                .filter(table -> table.dataIncluded() && table.estimatedBytes() <= SMALL)
                .toList();
        if (!small.isEmpty()) {
            plan.add(task(plan.size(), small));
        }
        return plan;
    }

    private static ReadTask task(int index, List<TableDescriptor> tables) {
        return new ReadTask(
                index,
                tables.stream()
                        .map(table -> new TableReadRange(table, table.name(), null))
                        .toList(),
                tables.stream().mapToLong(TableDescriptor::estimatedBytes).sum());
    }

    @Override
    public List<TableReadResult> read(ReadTask task, RowSink sink) {
        List<TableReadResult> results = new ArrayList<>();
        for (TableReadRange part : task.parts()) {
            results.add(read(part, sink));
        }
        return results;
    }

    private TableReadResult read(TableReadRange part, RowSink sink) {
        String doing = "reading " + part.relation();
        try {
            sink.begin(part);
            TableReadResult result = byReader(part, sink);
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
            throw HoldfastException.about(
                    part.relation().toString(),
                    FailureCode.SOURCE_VALUE_TOO_LARGE,
                    doing + ": a row does not fit into memory; " + HeapSetting.advice(HEAP_FOR_ANY_ROW_MIB));
        }
    }

    @SuppressWarnings("try") // the watch is only there to be closed
    private TableReadResult byReader(TableReadRange part, RowSink sink)
            throws SQLException, IOException, InterruptedException {
        Connection reader = pool.take();
        try (InterruptWatcher.Watched watched = InterruptWatcher.watch(() -> SqliteConnections.interrupt(reader))) {
            return TableReader.read(reader, part, sink);
        } finally {
            pool.done(reader);
        }
    }

    private boolean stopped() {
        return pool.closed() || Thread.currentThread().isInterrupted();
    }

    private HoldfastException cancelled(String doing, @Nullable Throwable cause) {
        String message = doing + " of " + file + " was cancelled";
        return cause == null
                ? HoldfastException.of(FailureCode.CANCELLED, message)
                : HoldfastException.of(FailureCode.CANCELLED, message, cause);
    }

    @Override
    public void close() {
        pool.close();
    }
}
