package io.holdfast.transfer.backup;

import io.holdfast.engine.Snapshot;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.rows.ReadTask;
import io.holdfast.engine.rows.RowSink;
import io.holdfast.engine.rows.TableReadResult;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;

/**
 * A snapshot of a server that was recovered to an instant: its time is this instant, and not that of the clock.
 *
 * @param of the recovered server's
 * @param at the instant
 */
public record SnapshotAsOf(Snapshot of, Instant at) implements Snapshot {
    @Override
    public DatabaseDescriptor shape() {
        return of.shape();
    }

    @Override
    public String schemaFormat() {
        return of.schemaFormat();
    }

    @Override
    public List<Finding> dumpSchema(OutputStream out) {
        return of.dumpSchema(out);
    }

    @Override
    public List<ReadTask> plan() {
        return of.plan();
    }

    @Override
    public List<TableReadResult> read(ReadTask task, RowSink sink) {
        return of.read(task, sink);
    }

    @Override
    public void close() {
        of.close();
    }
}
