package io.holdfast.engine.postgres;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.engine.CancelWatch;
import io.holdfast.engine.DatabaseShape;
import io.holdfast.engine.RateLimit;
import io.holdfast.engine.ReadTask;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.TableShape;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** From checks to a locked, exported snapshot; leaves nothing open when it fails. */
final class SnapshotOpening {
    private SnapshotOpening() {}

    /** @param dumper who runs pg_dump: the same database, perhaps as another role */
    @SuppressWarnings("try") // the watch is only there to be closed
    static PostgresSnapshot open(
            Connections source, Connections dumper, Tools tools, SnapshotOptions options, Leader.Phases phases) {
        Selection selection = new Selection(options.scope());
        Connection idle = source.open();
        Connection leading = null;
        boolean opened = false;
        try (CancelWatch.Watched first = CancelWatch.watch(() -> Connections.cancel(idle))) {
            int major = idle.getMetaData().getDatabaseMajorVersion();
            Preflight.check(idle, selection, source.address.user());
            tools.program("pg_dump", major);
            int before = Preflight.pid(idle);
            leading = source.open();
            Connection leaderConnection = leading;
            try (CancelWatch.Watched second = CancelWatch.watch(() -> Connections.cancel(leaderConnection))) {
                Leader leader = Leader.take(leading, selection, options.lockTimeout(), phases);
                Preflight.pooler(idle, before, Preflight.pid(leading), source.address.shown());
                // what came to be between the first look and the snapshot would be missing without a word
                Preflight.check(leading, selection, source.address.user());
                PostgresSnapshot snapshot = snapshot(source, dumper, tools, options, selection, leader, major);
                opened = true;
                return snapshot;
            }
        } catch (SQLException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw Failure.of(FailureCode.CANCELLED, "opening a snapshot was cancelled", e);
            }
            throw source.failure("opening a snapshot of " + source.address.shown(), null, e);
        } finally {
            Connections.close(idle);
            if (!opened && leading != null) {
                Connections.cancel(leading);
            }
        }
    }

    private static PostgresSnapshot snapshot(
            Connections source,
            Connections dumper,
            Tools tools,
            SnapshotOptions options,
            Selection selection,
            Leader leader,
            int major)
            throws SQLException {
        Tables.Read tables = Tables.read(leader.connection, leader.relations, selection);
        RegColumns.check(leader.connection, leader.relations, tables.shapes());
        List<TableShape> shapes = new ArrayList<>(tables.shapes());
        if (selection.whole()) {
            shapes.addAll(LargeObjects.shapes(leader.connection));
            shapes.sort(Comparator.comparing(TableShape::name));
        }
        DatabaseShape shape = Catalog.read(leader.connection, selection, shapes);
        Planner planner = new Planner(Planner.SMALL, Planner.RANGE);
        // servers before 14 would scan the whole table for each range
        List<ReadTask> plan = planner.plan(shapes, major >= 14 ? tables.heapPages() : Map.of(), tables.bytes());
        SchemaDump dump = new SchemaDump(
                tools.program("pg_dump", major), dumper, selection, leader.snapshot, options.lockTimeout());
        CopyReader copies = new CopyReader(
                new RateLimit(options.bytesPerSecond(), System::nanoTime), LargeObjects.direct(leader.connection));
        return new PostgresSnapshot(source, options, leader, shape, plan, dump, copies);
    }
}
