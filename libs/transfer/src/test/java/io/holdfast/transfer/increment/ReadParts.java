package io.holdfast.transfer.increment;

import io.holdfast.engine.Snapshot;
import io.holdfast.engine.increment.ChangeMark;
import io.holdfast.engine.increment.ChangesSince;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.rows.BlockRange;
import io.holdfast.engine.rows.ReadTask;
import io.holdfast.engine.rows.RowSink;
import io.holdfast.engine.rows.TableReadRange;
import io.holdfast.engine.rows.TableReadResult;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A snapshot that records which parts were read. */
final class ReadParts implements Snapshot {
    final Set<String> read = ConcurrentHashMap.newKeySet();
    private final Snapshot of;

    ReadParts(Snapshot of) {
        this.of = of;
    }

    static String shown(TableReadRange part) {
        BlockRange blocks = part.blocks();
        return part.relation() + " " + (blocks == null ? 0 : blocks.first());
    }

    @Override
    public List<TableReadResult> read(ReadTask task, RowSink sink) {
        task.parts().forEach(part -> read.add(shown(part)));
        return of.read(task, sink);
    }

    @Override
    public DatabaseDescriptor shape() {
        return of.shape();
    }

    @Override
    public Instant at() {
        return of.at();
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
    public ChangesSince changesSince(ChangeMark earlier) {
        return of.changesSince(earlier);
    }

    @Override
    public Optional<ChangeMark> mark() {
        return of.mark();
    }

    @Override
    public void close() {
        of.close();
    }
}
