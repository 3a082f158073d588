package io.holdfast.engine.d1;

import io.holdfast.engine.Snapshot;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.rows.ReadTask;
import io.holdfast.engine.rows.RowSink;
import io.holdfast.engine.rows.TableReadResult;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A snapshot of tables that were not read at one instant; its backup is partial. */
record TornSnapshot(Snapshot rows, List<String> changed) implements Snapshot {

    @Override
    public DatabaseDescriptor shape() {
        return rows.shape();
    }

    @Override
    public Instant at() {
        return rows.at();
    }

    @Override
    public String schemaFormat() {
        return rows.schemaFormat();
    }

    @Override
    public List<Finding> dumpSchema(OutputStream out) {
        List<Finding> findings = new ArrayList<>(rows.dumpSchema(out));
        changed.forEach(table -> findings.add(new Finding(
                Finding.Kind.NOT_CARRIED,
                table,
                "table " + table
                        + " was written to, or may have been, while it was read: its rows, and those of other tables,"
                        + " are not all of one instant (d1.consistency: per-table); back up at a quieter time")));
        return findings;
    }

    @Override
    public List<ReadTask> plan() {
        return rows.plan();
    }

    @Override
    public List<TableReadResult> read(ReadTask task, RowSink sink) {
        return rows.read(task, sink);
    }

    @Override
    public void close() {
        rows.close();
    }
}
