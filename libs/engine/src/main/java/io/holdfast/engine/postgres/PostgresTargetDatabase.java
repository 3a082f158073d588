package io.holdfast.engine.postgres;

import static java.util.Objects.requireNonNull;

import io.holdfast.contracts.CheckResult;
import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.engine.CancelWatch;
import io.holdfast.engine.DataCheck;
import io.holdfast.engine.DatabaseSetting;
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
import io.holdfast.engine.postgres.SchemaLoader.Part;
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
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** A database being restored: the schema by its owner, everything that touches rows by the loader. */
final class PostgresTargetDatabase implements TargetDatabase {
    private static final int AT_ONCE = 500;

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
        this.loaders = new Readers(options.jobs(), () -> new Filling(rows).open());
        this.checkers = new Readers(1, () -> DataChecks.open(rows));
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

    /** Whoever comes in from now on has them; {@link #properties} gives those that are refused or are not given yet. */
    @Override
    public void settings(DatabaseShape shape) {
        String name = QualifiedName.quote(owner.address.database());
        run(owners, "giving " + owner.address.shown() + " its settings", connection -> {
            for (DatabaseSetting setting : DatabaseProperties.whileLoading(shape)) {
                boolean given = Filling.attempt(connection, DatabaseProperties.setting(name, setting));
                if (given && setting.name().equalsIgnoreCase("TimeZone")) {
                    schema.inTimeZone(setting.value());
                }
            }
            return true;
        });
    }

    @Override
    public void preData(Path schemaDump) {
        restore(schemaDump, Part.BEFORE_ROWS, 1, entry -> !entry.acl());
        runAll("giving owners in " + owner.address.shown(), schema.readyOwners(schemaDump));
    }

    /**
     * Where roles are stand-ins without rights, those that must be superusers to own something are so for the moment. Not
     * while indexes and constraints are made: their functions run as the tables' owners.
     */
    private void restore(Path dump, Part part, int jobs, Predicate<SchemaText.Entry> wanted) {
        boolean standIns = options.owners() && !owner.address.user().equals(rows.address.user());
        Set<String> raised = standIns ? schema.privilegedOwners(dump, part, wanted) : Set.of();
        raise(raised, "SUPERUSER");
        try {
            make(dump, part, jobs, wanted);
        } finally {
            raise(raised, "NOSUPERUSER");
        }
    }

    private void make(Path dump, Part part, int jobs, Predicate<SchemaText.Entry> wanted) {
        schema.load(dump, part, jobs, wanted);
        runAll("bringing tables to their tablespaces in " + owner.address.shown(), schema.moves(dump, part, wanted));
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
        make(schemaDump, Part.AFTER_ROWS, options.jobs(), entry -> indexes.contains(entry.id()));
        make(
                schemaDump,
                Part.AFTER_ROWS,
                jobs,
                entry ->
                        !indexes.contains(entry.id()) && !entry.eventTrigger() && !entry.acl() && !entry.publication());
        restore(schemaDump, Part.AFTER_ROWS, 1, entry -> entry.publication() && !entry.acl());
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

    @Override
    public List<Finding> refresh(List<QualifiedName> views) {
        return MaterializedViews.fill(
                views,
                view -> run(
                        loaders,
                        "filling materialized view " + view,
                        connection -> MaterializedViews.fill(connection, view, this::stopped)));
    }

    @Override
    public List<Supplier<List<Finding>>> analyses() {
        List<ForeignReads.Analyzable> tables =
                run(loaders, "looking for what to analyze in " + rows.address.shown(), ForeignReads::analyzable);
        return PlannerStatistics.portions(tables).stream()
                .<Supplier<List<Finding>>>map(portion -> () -> analyze(portion))
                .toList();
    }

    private List<Finding> analyze(List<QualifiedName> tables) {
        return run(
                loaders,
                "analyzing " + rows.address.shown(),
                connection -> PlannerStatistics.gather(connection, tables, this::stopped));
    }

    /** Event triggers last: they would act on what is done before, or refuse it. */
    @Override
    public void finish(Path schemaDump) {
        belongings(schemaDump, entry -> !entry.eventTrigger());
        restore(schemaDump, Part.AFTER_ROWS, 1, SchemaText.Entry::eventTrigger);
        belongings(schemaDump, SchemaText.Entry::eventTrigger);
    }

    private void belongings(Path dump, Predicate<SchemaText.Entry> wanted) {
        runAll("giving security labels in " + owner.address.shown(), schema.labels(dump, wanted));
        if (!options.lacking().roles().isEmpty()) {
            runAll("giving owners and grants in " + owner.address.shown(), schema.rights(dump, wanted));
        }
    }

    @Override
    public void properties(DatabaseShape shape) {
        runAll(
                "setting properties of " + owner.address.shown(),
                DatabaseProperties.statements(owner.address.database(), shape, options));
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
