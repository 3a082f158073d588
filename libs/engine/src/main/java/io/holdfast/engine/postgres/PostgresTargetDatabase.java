package io.holdfast.engine.postgres;

import static java.util.Objects.requireNonNull;

import io.holdfast.contracts.CheckResult;
import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.engine.CancelWatch;
import io.holdfast.engine.DataCheck;
import io.holdfast.engine.DatabaseShape;
import io.holdfast.engine.Finding;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.LoadResult;
import io.holdfast.engine.QualifiedName;
import io.holdfast.engine.RowSource;
import io.holdfast.engine.SequenceShape;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.TableShape;
import io.holdfast.engine.TargetDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** A database being restored: the schema by its owner, everything that touches rows by the loader. */
final class PostgresTargetDatabase implements TargetDatabase {
    private static final int AT_ONCE = 500;
    private static final int ANALYZED_AT_ONCE = 50;
    private static final long LARGE = 1 << 20;
    private static final String NOT_POPULATED = "55000";

    private final Connections owner;
    private final Connections rows;
    private final LoadOptions options;
    private final Tools tools;
    private final SchemaLoader schema;
    private final Readers owners;
    private final Readers loaders;
    private final Readers checkers;

    /** Leaves that refused their rows. They wait until no leaf is emptied for its own rows any more. */
    private final Queue<Deferred> leaves = new ConcurrentLinkedQueue<>();

    /** Extensions' tables and large objects, which depend on each other. */
    private final Queue<Deferred> late = new ConcurrentLinkedQueue<>();

    PostgresTargetDatabase(Connections owner, Connections rows, LoadOptions options, Tools tools, int serverMajor) {
        this.owner = owner;
        this.rows = rows;
        this.options = options;
        this.tools = tools;
        this.schema = new SchemaLoader(tools.program("pg_restore", serverMajor), owner, options);
        this.owners = new Readers(1, owner::open);
        this.loaders = new Readers(options.jobs(), () -> openLoader(rows));
        this.checkers = new Readers(1, () -> DataChecks.open(rows));
    }

    private static Connection openLoader(Connections rows) throws SQLException {
        Connection connection = rows.open();
        Sql.run(connection, "SET synchronous_commit = off");
        return connection;
    }

    /** Work on a connection of a pool. */
    @FunctionalInterface
    private interface Work<T> {
        T with(Connection connection) throws SQLException, IOException;
    }

    @SuppressWarnings("try") // the watch is only there to be closed
    private <T> T run(Readers pool, String doing, Work<T> work) {
        try {
            Connection connection = pool.take();
            boolean done = false;
            try (CancelWatch.Watched watched = CancelWatch.watch(() -> Connections.cancel(connection))) {
                T result = work.with(connection);
                done = true;
                return result;
            } finally {
                if (done) {
                    pool.done(connection);
                } else {
                    pool.broken(connection);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw cancelled(doing, e);
        } catch (SQLException e) {
            throw stopped() ? cancelled(doing, e) : rows.failure(doing, null, e);
        } catch (IOException e) {
            if (stopped()) {
                throw cancelled(doing, e);
            }
            throw new UncheckedIOException(e);
        }
    }

    private boolean stopped() {
        return loaders.closed() || Thread.currentThread().isInterrupted();
    }

    private Failure cancelled(String doing, Throwable cause) {
        return Failure.of(FailureCode.CANCELLED, doing + " was cancelled", cause);
    }

    @Override
    public void preData(Path schemaDump) {
        restore(schemaDump, "pre-data", 1, entry -> !entry.acl());
        runAll("bringing tables to their tablespaces in " + owner.address.shown(), schema.tablespaces(schemaDump));
    }

    /**
     * Where roles are stand-ins without rights, those that must be superusers to own something are so for the moment. Not
     * while indexes and constraints are made: their functions run as the tables' owners.
     */
    private void restore(Path dump, String section, int jobs, Predicate<SchemaText.Entry> wanted) {
        boolean standIns = options.owners() && !owner.address.user().equals(rows.address.user());
        Set<String> raised = standIns ? schema.privilegedOwners(dump, section, wanted) : Set.of();
        raise(raised, "SUPERUSER");
        try {
            schema.load(dump, section, jobs, wanted);
        } finally {
            raise(raised, "NOSUPERUSER");
        }
    }

    private void raise(Set<String> roles, String attribute) {
        if (!roles.isEmpty()) {
            runAll(
                    "preparing roles",
                    roles.stream()
                            .map(role -> "ALTER ROLE " + QualifiedName.quote(role) + " " + attribute)
                            .toList());
        }
    }

    private void runAll(String doing, List<String> statements) {
        if (statements.isEmpty()) {
            return;
        }
        run(owners, doing, connection -> {
            for (String statement : statements) {
                Sql.run(connection, statement);
            }
            return true;
        });
    }

    @Override
    public LoadResult load(TableShape table, long expected, RowSource source) {
        if (!table.ordinary()) {
            late.add(new Deferred(table, expected, source));
            return new LoadResult(expected, false);
        }
        return run(loaders, "loading " + table.name(), connection -> {
            try {
                return new LoadResult(TableLoader.replace(connection, table, expected, source), false);
            } catch (SQLException e) {
                if (table.root() == null || !TableLoader.refusedByPartition(e)) {
                    throw e;
                }
                Sql.run(connection, "ROLLBACK");
                leaves.add(new Deferred(table, expected, source));
                return new LoadResult(expected, true);
            }
        });
    }

    @Override
    public void postData(Path schemaDump) {
        for (Deferred leaf = leaves.poll(); leaf != null; leaf = leaves.poll()) {
            throughRoot(leaf);
        }
        lateRows();
        // what is done to a parent locks its leaves or children in an order of which pg_restore's workers know nothing:
        // they would lock each other out. Indexes are of one table each, and most of the work
        int jobs = schema.inherited(schemaDump) ? 1 : options.jobs();
        Set<Integer> indexes = schema.indexes(schemaDump);
        schema.load(schemaDump, "post-data", options.jobs(), entry -> indexes.contains(entry.id()));
        schema.load(
                schemaDump,
                "post-data",
                jobs,
                entry ->
                        !indexes.contains(entry.id()) && !entry.eventTrigger() && !entry.acl() && !entry.publication());
        restore(schemaDump, "post-data", 1, entry -> entry.publication() && !entry.acl());
        schema.loadRights(schemaDump);
    }

    private void throughRoot(Deferred leaf) {
        QualifiedName root = requireNonNull(leaf.table().root());
        run(
                loaders,
                "loading " + leaf.table().name() + " through " + root,
                connection -> TableLoader.throughRoot(connection, leaf.table(), root, leaf.rows(), leaf.source()));
    }

    private void lateRows() {
        Map<TableShape.Kind, List<Deferred>> waiting = late.stream()
                .collect(Collectors.groupingBy(rowsOf -> rowsOf.table().kind()));
        late.clear();
        List<Deferred> extensions = waiting.getOrDefault(TableShape.Kind.EXTENSION, List.of());
        if (!extensions.isEmpty()) {
            run(owners, "loading rows of extensions", connection -> {
                new ExtensionRows(connection).load(extensions);
                return true;
            });
        }
        List<Deferred> pages = waiting.getOrDefault(TableShape.Kind.LARGE_OBJECTS, List.of());
        List<Deferred> objects = waiting.getOrDefault(TableShape.Kind.LARGE_OBJECT_METADATA, List.of());
        if (!pages.isEmpty() && !objects.isEmpty()) {
            run(owners, "loading large objects", connection -> {
                new LargeObjectLoader(connection, options).load(objects.getFirst(), pages.getFirst());
                return true;
            });
        }
    }

    @Override
    public void sequences(List<SequenceShape> sequences) {
        run(owners, "setting sequences", connection -> {
            for (int from = 0; from < sequences.size(); from += AT_ONCE) {
                Sql.run(
                        connection,
                        sequences.subList(from, Math.min(sequences.size(), from + AT_ONCE)).stream()
                                .map(sequence -> "pg_catalog.setval("
                                        + Sql.literal(sequence.name().sql()) + ", " + sequence.lastValue() + ", "
                                        + sequence.called() + ")")
                                .collect(Collectors.joining(", ", "SELECT ", "")));
            }
            return true;
        });
    }

    /** One that reads another by a function, which the catalogs do not know, may be too early: it is tried again. */
    @Override
    public List<Finding> refresh(List<QualifiedName> views) {
        List<Finding> findings = new ArrayList<>();
        List<QualifiedName> left = views;
        while (!left.isEmpty()) {
            List<QualifiedName> early = new ArrayList<>();
            int most = left.size() - 1;
            for (QualifiedName view : left) {
                refresh(view, early.size() < most, findings, early);
            }
            left = early;
        }
        return findings;
    }

    private void refresh(QualifiedName view, boolean mayWait, List<Finding> findings, List<QualifiedName> early) {
        run(loaders, "filling materialized view " + view, connection -> {
            try {
                Sql.run(connection, "REFRESH MATERIALIZED VIEW " + view.sql());
            } catch (SQLException e) {
                if (Failures.state(e).equals(NOT_POPULATED) && mayWait) {
                    early.add(view);
                } else if (!Failures.connectionLost(e)
                        && !stopped()
                        && ForeignReads.views(connection).contains(view)) {
                    findings.add(unfilled(view, e));
                } else {
                    throw e;
                }
            }
            return true;
        });
    }

    private static Finding unfilled(QualifiedName view, SQLException e) {
        return new Finding(
                Finding.Kind.NOT_FILLED,
                view.toString(),
                "materialized view " + view + " reads foreign tables and could not be filled (" + Failures.said(e)
                        + "); when they can be reached from the target: REFRESH MATERIALIZED VIEW " + view.sql());
    }

    /** Large tables by themselves, the others many at once. */
    @Override
    public List<Runnable> analyses() {
        List<ForeignReads.Analyzable> tables =
                run(loaders, "looking for what to analyze in " + rows.address.shown(), ForeignReads::analyzable);
        List<Runnable> analyses = new ArrayList<>();
        List<QualifiedName> small = new ArrayList<>();
        for (ForeignReads.Analyzable table : tables) {
            if (table.bytes() >= LARGE) {
                analyses.add(() -> analyze(List.of(table.name())));
            } else {
                small.add(table.name());
            }
        }
        for (int from = 0; from < small.size(); from += ANALYZED_AT_ONCE) {
            List<QualifiedName> next = small.subList(from, Math.min(small.size(), from + ANALYZED_AT_ONCE));
            analyses.add(() -> analyze(next));
        }
        return analyses;
    }

    private void analyze(List<QualifiedName> tables) {
        run(loaders, "analyzing " + rows.address.shown(), connection -> {
            Sql.run(connection, "SET client_min_messages = error");
            Sql.run(
                    connection,
                    tables.stream().map(QualifiedName::sql).collect(Collectors.joining(", ", "ANALYZE ", "")));
            return true;
        });
    }

    @Override
    public void finish(Path schemaDump) {
        restore(schemaDump, "post-data", 1, SchemaText.Entry::eventTrigger);
        runAll("giving security labels in " + owner.address.shown(), schema.labels(schemaDump));
        if (!options.lacking().roles().isEmpty() && options.owners()) {
            runAll("giving owners and grants in " + owner.address.shown(), schema.rights(schemaDump));
        }
    }

    @Override
    public void properties(DatabaseShape shape) {
        run(owners, "setting properties of " + owner.address.shown(), connection -> {
            DatabaseProperties.give(connection, owner.address.database(), rows.address.user(), shape, options);
            return true;
        });
    }

    @Override
    public Snapshot snapshot(SnapshotOptions how) {
        Connections reading = new Connections(rows.address, rows.password, how.applicationName(), Side.TARGET);
        return SnapshotOpening.open(reading, owner, tools, how, new Leader.Phases() {});
    }

    @Override
    public List<CheckResult> check(List<DataCheck> checks, Duration each) {
        List<CheckResult> results = new ArrayList<>();
        for (DataCheck check : checks) {
            try {
                results.add(run(checkers, "check " + check.name(), open -> new DataChecks(open, each).of(check)));
            } catch (Failure failure) {
                if (failure.code() == FailureCode.CANCELLED) {
                    throw failure;
                }
                results.add(check.notRun(failure.reason().message()));
            }
        }
        return results;
    }

    @Override
    public Map<QualifiedName, Long> rowCounts(Collection<QualifiedName> tables, Duration timeout) {
        return run(checkers, "counting rows", open -> new DataChecks(open, timeout).rowCounts(tables));
    }

    @Override
    public void close() {
        loaders.close();
        checkers.close();
        owners.close();
        schema.cancel();
    }
}
