package io.holdfast.verifier;

import io.holdfast.engine.Snapshot;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.rows.ReadTask;
import io.holdfast.engine.rows.RowSink;
import io.holdfast.engine.rows.TableReadRange;
import io.holdfast.engine.rows.TableReadResult;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A snapshot of which something goes wrong on the way into the vault, in one table. */
abstract class Misread implements Snapshot {
    private final Snapshot snapshot;
    private final String table;
    private final AtomicInteger rows = new AtomicInteger();

    Misread(Snapshot snapshot) {
        this(snapshot, "app.tickets");
    }

    Misread(Snapshot snapshot, String table) {
        this.snapshot = snapshot;
        this.table = table;
    }

    /** What is said to have been read. */
    TableReadResult told(TableReadResult result) {
        return result;
    }

    /** Whether a row reaches the vault. */
    boolean stored(int row) {
        return true;
    }

    @Override
    public List<TableReadResult> read(ReadTask task, RowSink sink) {
        if (task.parts().stream()
                .noneMatch(part -> part.table().name().toString().equals(table))) {
            return snapshot.read(task, sink);
        }
        return snapshot.read(task, lossy(sink)).stream()
                .map(result -> result.part().table().name().toString().equals(table) ? told(result) : result)
                .toList();
    }

    private RowSink lossy(RowSink sink) {
        return new RowSink() {
            @Override
            public void begin(TableReadRange part) throws IOException {
                sink.begin(part);
            }

            @Override
            public void row(byte[] buffer, int offset, int length, long hash) throws IOException {
                if (stored(rows.incrementAndGet())) {
                    sink.row(buffer, offset, length, hash);
                }
            }

            @Override
            public void end(TableReadResult result) throws IOException {
                sink.end(result);
            }
        };
    }

    @Override
    public DatabaseDescriptor shape() {
        return snapshot.shape();
    }

    @Override
    public Instant at() {
        return snapshot.at();
    }

    @Override
    public String schemaFormat() {
        return snapshot.schemaFormat();
    }

    @Override
    public List<Finding> dumpSchema(OutputStream out) {
        return snapshot.dumpSchema(out);
    }

    @Override
    public List<ReadTask> plan() {
        return snapshot.plan();
    }

    @Override
    public void close() {
        snapshot.close();
    }
}
