package io.holdfast.engine.postgres.snapshot;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.BlockedDdlPolicy;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.DatabaseSetting;
import io.holdfast.engine.model.RowRoleReference;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.postgres.catalog.CatalogReader;
import io.holdfast.engine.postgres.catalog.LargeObjectQueries;
import io.holdfast.engine.postgres.catalog.RegTypeColumnCheck;
import io.holdfast.engine.postgres.catalog.SessionDefaults;
import io.holdfast.engine.postgres.catalog.TableCatalogReader;
import io.holdfast.engine.postgres.copy.CopyOutReader;
import io.holdfast.engine.postgres.jdbc.BackgroundTask;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.ConnectionRole;
import io.holdfast.engine.postgres.jdbc.PoolerDetector;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.jdbc.SqlErrorTranslator;
import io.holdfast.engine.postgres.scope.ScopeFilter;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.engine.rows.ReadTask;
import io.holdfast.engine.support.InterruptWatcher;
import io.holdfast.engine.support.RateLimit;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** From checks to a locked, exported snapshot; leaves nothing open when it fails. */
public final class SnapshotOpener {
    private SnapshotOpener() {}

    /** @param dumper who runs pg_dump: the same database, perhaps as another role */
    public static PostgresSnapshot open(
            ConnectionFactory source,
            ConnectionFactory dumper,
            PostgresTools tools,
            SnapshotOptions options,
            SnapshotLeader.Phases phases) {
        try (BackgroundTask<Connection> leading =
                        new BackgroundTask<>("opening a connection", source::open, ConnectionFactory::abort);
                BackgroundTask<List<DatabaseSetting>> session = session(source, tools)) {
            return open(source, dumper, tools, options, phases, leading, session);
        }
    }

    /** A copy is only compared: nothing is computed by what its sessions begin with. */
    private static BackgroundTask<List<DatabaseSetting>> session(ConnectionFactory source, PostgresTools tools) {
        return source.connectionRole == ConnectionRole.SOURCE
                ? SessionDefaults.ask(source, tools)
                : BackgroundTask.answered(List.of());
    }

    @SuppressWarnings("try") // the watch is only there to be closed
    private static PostgresSnapshot open(
            ConnectionFactory source,
            ConnectionFactory dumper,
            PostgresTools tools,
            SnapshotOptions options,
            SnapshotLeader.Phases phases,
            BackgroundTask<Connection> opening,
            BackgroundTask<List<DatabaseSetting>> session) {
        Connection idle = source.open();
        Connection leading = null;
        boolean watched = false;
        boolean opened = false;
        try (InterruptWatcher.Watched idles = InterruptWatcher.watch(() -> ConnectionFactory.cancel(idle))) {
            leading = opening.take();
            Connection leaderConnection = leading;
            try (InterruptWatcher.Watched leaders =
                    InterruptWatcher.watch(() -> ConnectionFactory.cancel(leaderConnection))) {
                PoolerDetector.lasting(idle, leading, source.address.shown());
                int major = leading.getMetaData().getDatabaseMajorVersion();
                SourcePreflight.supported(leading);
                ScopeFilter scopeFilter = ScopeFilter.of(options.scope(), leading);
                tools.program("pg_dump", major);
                BlockedDdlPolicy how = options.blockedDdl();
                if (how != null) {
                    BlockedSessionMonitor.prepare(idle);
                }
                SnapshotLeader snapshotLeader = leader(leading, scopeFilter, source.address.user(), options, phases);
                PoolerDetector.check(leading, source.address.shown());
                SourcePreflight.check(leading, scopeFilter, source.address.user());
                if (!scopeFilter.holds(leading)) {
                    throw HoldfastException.of(
                            FailureCode.SOURCE_CHANGED,
                            "the tables that the scope means changed while they were locked; run the backup again");
                }
                PostgresSnapshot snapshot =
                        snapshot(source, dumper, tools, options, scopeFilter, snapshotLeader, major, session);
                if (how != null) {
                    snapshot.watch(idle, how);
                    watched = true;
                }
                opened = true;
                return snapshot;
            }
        } catch (SQLException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw HoldfastException.of(FailureCode.CANCELLED, "opening a snapshot was cancelled", e);
            }
            throw source.failure("opening a snapshot of " + source.address.shown(), null, e);
        } finally {
            if (!watched) {
                ConnectionFactory.close(idle);
            }
            if (!opened && leading != null) {
                ConnectionFactory.cancel(leading);
            }
        }
    }

    /** One table without the right to lock it is all that the server names, and none where somebody else's lock comes first. */
    private static SnapshotLeader leader(
            Connection leading,
            ScopeFilter scopeFilter,
            String user,
            SnapshotOptions options,
            SnapshotLeader.Phases phases)
            throws SQLException {
        try {
            return SnapshotLeader.take(leading, scopeFilter, options.lockTimeout(), phases);
        } catch (SQLException e) {
            if (Set.of("42501", "55P03").contains(SqlErrorTranslator.state(e))) {
                Sql.run(leading, "ROLLBACK");
                SourcePreflight.check(leading, scopeFilter, user);
            }
            throw e;
        }
    }

    private static PostgresSnapshot snapshot(
            ConnectionFactory source,
            ConnectionFactory dumper,
            PostgresTools tools,
            SnapshotOptions options,
            ScopeFilter scopeFilter,
            SnapshotLeader snapshotLeader,
            int major,
            BackgroundTask<List<DatabaseSetting>> session)
            throws SQLException {
        TableCatalogReader.Read tables =
                TableCatalogReader.read(snapshotLeader.connection, snapshotLeader.relations, scopeFilter);
        List<RowRoleReference> inRows =
                RegTypeColumnCheck.check(snapshotLeader.connection, snapshotLeader.relations, tables.shapes());
        List<TableDescriptor> shapes = new ArrayList<>(tables.shapes());
        if (scopeFilter.whole()) {
            shapes.addAll(LargeObjectQueries.shapes(snapshotLeader.connection));
            shapes.sort(Comparator.comparing(TableDescriptor::name));
        }
        DatabaseDescriptor shape =
                CatalogReader.read(snapshotLeader.connection, scopeFilter, shapes, inRows, session.take());
        ReadPlanner readPlanner = new ReadPlanner(ReadPlanner.SMALL, ReadPlanner.RANGE);
        // servers before 14 would scan the whole table for each range
        List<ReadTask> plan = readPlanner.plan(shapes, major >= 14 ? tables.heapPages() : Map.of(), tables.bytes());
        SchemaDumper dump = new SchemaDumper(
                tools.program("pg_dump", major), dumper, scopeFilter, snapshotLeader.snapshot, options.lockTimeout());
        CopyOutReader copies = new CopyOutReader(
                new RateLimit(options.bytesPerSecond(), System::nanoTime),
                LargeObjectQueries.direct(snapshotLeader.connection));
        return new PostgresSnapshot(source, options, snapshotLeader, shape, plan, dump, copies);
    }
}
