package io.holdfast.engine.postgres.snapshot;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.BlockedDdlPolicy;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.increment.ChangeMark;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.DatabaseSetting;
import io.holdfast.engine.model.RowRoleReference;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.postgres.catalog.CatalogReader;
import io.holdfast.engine.postgres.catalog.LargeObjectQueries;
import io.holdfast.engine.postgres.catalog.RegTypeColumnCheck;
import io.holdfast.engine.postgres.catalog.SessionDefaults;
import io.holdfast.engine.postgres.catalog.TableCatalogReader;
import io.holdfast.engine.postgres.catalog.TableIdentity;
import io.holdfast.engine.postgres.copy.CopyOutReader;
import io.holdfast.engine.postgres.increment.ChangeTracker;
import io.holdfast.engine.postgres.increment.IncrementSupport;
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
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Opens a snapshot: checks, the schema by pg_dump, then locks and the exported snapshot. pg_dump runs before the locks, because
 * it would wait behind sessions that wait for them; {@link DefinitionDigest} proves that the snapshot has the definitions that
 * pg_dump wrote. Nothing is left open after a failure.
 */
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
                int major = leading.getMetaData().getDatabaseMajorVersion();
                Path program = tools.program("pg_dump", major);
                // a third connection would disturb the order in which a pooler gives out its sessions
                List<DatabaseSetting> begins = session.take();
                PoolerDetector.lasting(idle, leading, source.address.shown());
                SourcePreflight.supported(leading);
                BlockedDdlPolicy how = options.blockedDdl();
                if (how != null) {
                    BlockedSessionMonitor.prepare(idle);
                }
                PostgresSnapshot snapshot =
                        new Attempts(source, dumper, program, options, phases, leading, begins).snapshot();
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

    /** Dumps the definitions, then locks, until the snapshot under the locks has the definitions that were dumped. */
    private record Attempts(
            ConnectionFactory source,
            ConnectionFactory dumper,
            Path program,
            SnapshotOptions options,
            SnapshotLeader.Phases phases,
            Connection leading,
            List<DatabaseSetting> session) {
        private static final int MOST = 10;
        private static final int NAMED = 3;

        PostgresSnapshot snapshot() throws SQLException {
            LockContention contention = new LockContention(leading, source, options.lockTimeout());
            // waits for catalogs too, which VACUUM FULL locks
            Sql.run(
                    leading,
                    "SET lock_timeout = " + Math.max(1, options.lockTimeout().toMillis()));
            String changed = "";
            for (int attempt = 1; attempt <= MOST; ) {
                try {
                    Result result = once(contention);
                    if (result.snapshot() != null) {
                        return result.snapshot();
                    }
                    changed = result.changed();
                    attempt++;
                } catch (SchemaDumper.ObjectGone e) {
                    changed = String.valueOf(e.getMessage());
                    attempt++;
                } catch (SchemaDumper.LockMissing e) {
                    contention.await(e);
                } catch (SQLException e) {
                    if (!LockContention.conflict(e)) {
                        throw explained(e);
                    }
                    Sql.run(leading, "ROLLBACK");
                    contention.await(e);
                }
            }
            throw HoldfastException.about(
                    changed,
                    FailureCode.SOURCE_CHANGED,
                    "definitions of " + source.address.shown() + " changed during each of " + MOST
                            + " attempts to open a snapshot, last: " + changed
                            + "; run the backup when no migration runs");
        }

        private record Result(@Nullable PostgresSnapshot snapshot, String changed) {}

        private Result once(LockContention contention)
                throws SQLException, SchemaDumper.LockMissing, SchemaDumper.ObjectGone {
            ScopeFilter scopeFilter = ScopeFilter.of(options.scope(), leading);
            contention.within(scopeFilter.relations());
            SourcePreflight.check(leading, scopeFilter, source.address.user());
            Optional<ChangeMark.Horizon> horizon =
                    options.changeRange() > 0 ? IncrementSupport.begin(leading) : Optional.empty();
            SchemaDump dump = new SchemaDumper(program, dumper, scopeFilter).dump(leading, contention, phases);
            PostgresSnapshot snapshot = null;
            try {
                phases.dumped();
                SnapshotLeader leader =
                        SnapshotLeader.take(leading, scopeFilter, contention, phases, options.position());
                PoolerDetector.check(leading, source.address.shown());
                SourcePreflight.check(leading, scopeFilter, source.address.user());
                String changed = changed(scopeFilter, dump);
                if (changed.isEmpty()) {
                    snapshot = read(scopeFilter, leader, dump, horizon.orElse(null));
                    // from now on waits for the locks of single indexes
                    Sql.run(leading, SnapshotLeader.lockTimeout(options.lockTimeout()));
                } else {
                    Sql.run(leading, "ROLLBACK");
                }
                return new Result(snapshot, changed);
            } finally {
                if (snapshot == null) {
                    dump.close();
                }
            }
        }

        private String changed(ScopeFilter scopeFilter, SchemaDump dump) throws SQLException {
            if (!scopeFilter.holds(leading)) {
                return "the tables that the scope excludes";
            }
            SortedSet<String> differences = dump.definitions().differences(DefinitionDigest.read(leading, scopeFilter));
            return differences.stream().limit(NAMED).collect(Collectors.joining(", "))
                    + (differences.size() > NAMED ? " and " + (differences.size() - NAMED) + " more" : "");
        }

        /** Names the setting if the server's lock table has no room for a lock on each table. */
        private SQLException explained(SQLException e) throws SQLException {
            if (!SqlErrorTranslator.state(e).equals(SqlErrorTranslator.OUT_OF_MEMORY)) {
                return e;
            }
            Sql.run(leading, "ROLLBACK");
            throw SourcePreflight.lockTableFull(leading, source, ScopeFilter.of(options.scope(), leading), e);
        }

        private PostgresSnapshot read(
                ScopeFilter scopeFilter, SnapshotLeader leader, SchemaDump dump, ChangeMark.@Nullable Horizon horizon)
                throws SQLException {
            TableCatalogReader.Read tables = TableCatalogReader.read(leading, leader.relations, scopeFilter);
            List<RowRoleReference> inRows = RegTypeColumnCheck.check(leading, leader.relations, tables.shapes());
            List<TableDescriptor> shapes = new ArrayList<>(tables.shapes());
            if (scopeFilter.whole()) {
                shapes.addAll(LargeObjectQueries.shapes(leading));
                shapes.sort(Comparator.comparing(TableDescriptor::name));
            }
            DatabaseDescriptor shape = CatalogReader.read(leading, scopeFilter, shapes, inRows, session);
            ChangeTracker tracker = horizon == null ? null : tracker(leader, dump, horizon);
            ReadPlanner readPlanner =
                    new ReadPlanner(ReadPlanner.SMALL, tracker == null ? ReadPlanner.RANGE : options.changeRange());
            // servers before 14 would scan the whole table for each range
            boolean ranges = leading.getMetaData().getDatabaseMajorVersion() >= 14;
            List<ReadTask> plan = readPlanner.plan(shapes, ranges ? tables.heapPages() : Map.of(), tables.bytes());
            CopyOutReader copies = new CopyOutReader(
                    new RateLimit(options.bytesPerSecond(), System::nanoTime), LargeObjectQueries.direct(leading));
            return new PostgresSnapshot(source, options, leader, shape, plan, dump, copies, tracker);
        }

        private ChangeTracker tracker(SnapshotLeader leader, SchemaDump dump, ChangeMark.Horizon horizon)
                throws SQLException {
            return ChangeTracker.note(
                    leading,
                    source,
                    horizon,
                    options,
                    leader.relations.stream().map(TableIdentity::oid).toList(),
                    dump.definitions().byObject());
        }
    }
}
