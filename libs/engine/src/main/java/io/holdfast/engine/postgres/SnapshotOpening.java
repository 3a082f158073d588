package io.holdfast.engine.postgres;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.engine.BlockedDdl;
import io.holdfast.engine.CancelWatch;
import io.holdfast.engine.DatabaseSetting;
import io.holdfast.engine.DatabaseShape;
import io.holdfast.engine.RateLimit;
import io.holdfast.engine.ReadTask;
import io.holdfast.engine.RoleInRows;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.TableShape;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** From checks to a locked, exported snapshot; leaves nothing open when it fails. */
final class SnapshotOpening {
    private SnapshotOpening() {}

    /** @param dumper who runs pg_dump: the same database, perhaps as another role */
    static PostgresSnapshot open(
            Connections source, Connections dumper, Tools tools, SnapshotOptions options, Leader.Phases phases) {
        try (Aside<Connection> leading = new Aside<>("opening a connection", source::open, Connections::abort);
                Aside<List<DatabaseSetting>> session = session(source, tools)) {
            return open(source, dumper, tools, options, phases, leading, session);
        }
    }

    /** A copy is only compared: nothing is computed by what its sessions begin with. */
    private static Aside<List<DatabaseSetting>> session(Connections source, Tools tools) {
        return source.side == Side.SOURCE ? SessionDefaults.ask(source, tools) : Aside.answered(List.of());
    }

    @SuppressWarnings("try") // the watch is only there to be closed
    private static PostgresSnapshot open(
            Connections source,
            Connections dumper,
            Tools tools,
            SnapshotOptions options,
            Leader.Phases phases,
            Aside<Connection> opening,
            Aside<List<DatabaseSetting>> session) {
        Connection idle = source.open();
        Connection leading = null;
        boolean watched = false;
        boolean opened = false;
        try (CancelWatch.Watched idles = CancelWatch.watch(() -> Connections.cancel(idle))) {
            leading = opening.take();
            Connection leaderConnection = leading;
            try (CancelWatch.Watched leaders = CancelWatch.watch(() -> Connections.cancel(leaderConnection))) {
                Session.lasting(idle, leading, source.address.shown());
                int major = leading.getMetaData().getDatabaseMajorVersion();
                Preflight.supported(leading);
                Selection selection = Selection.of(options.scope(), leading);
                tools.program("pg_dump", major);
                BlockedDdl how = options.blockedDdl();
                if (how != null) {
                    DdlWatch.prepare(idle);
                }
                Leader leader = leader(leading, selection, source.address.user(), options, phases);
                Session.check(leading, source.address.shown());
                Preflight.check(leading, selection, source.address.user());
                if (!selection.holds(leading)) {
                    throw Failure.of(
                            FailureCode.SOURCE_CHANGED,
                            "the tables that the scope means changed while they were locked; run the backup again");
                }
                PostgresSnapshot snapshot = snapshot(source, dumper, tools, options, selection, leader, major, session);
                if (how != null) {
                    snapshot.watch(idle, how);
                    watched = true;
                }
                opened = true;
                return snapshot;
            }
        } catch (SQLException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw Failure.of(FailureCode.CANCELLED, "opening a snapshot was cancelled", e);
            }
            throw source.failure("opening a snapshot of " + source.address.shown(), null, e);
        } finally {
            if (!watched) {
                Connections.close(idle);
            }
            if (!opened && leading != null) {
                Connections.cancel(leading);
            }
        }
    }

    /** One table without the right to lock it is all that the server names, and none where somebody else's lock comes first. */
    private static Leader leader(
            Connection leading, Selection selection, String user, SnapshotOptions options, Leader.Phases phases)
            throws SQLException {
        try {
            return Leader.take(leading, selection, options.lockTimeout(), phases);
        } catch (SQLException e) {
            if (Set.of("42501", "55P03").contains(Failures.state(e))) {
                Sql.run(leading, "ROLLBACK");
                Preflight.check(leading, selection, user);
            }
            throw e;
        }
    }

    private static PostgresSnapshot snapshot(
            Connections source,
            Connections dumper,
            Tools tools,
            SnapshotOptions options,
            Selection selection,
            Leader leader,
            int major,
            Aside<List<DatabaseSetting>> session)
            throws SQLException {
        Tables.Read tables = Tables.read(leader.connection, leader.relations, selection);
        List<RoleInRows> inRows = RegColumns.check(leader.connection, leader.relations, tables.shapes());
        List<TableShape> shapes = new ArrayList<>(tables.shapes());
        if (selection.whole()) {
            shapes.addAll(LargeObjects.shapes(leader.connection));
            shapes.sort(Comparator.comparing(TableShape::name));
        }
        DatabaseShape shape = Catalog.read(leader.connection, selection, shapes, inRows, session.take());
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
