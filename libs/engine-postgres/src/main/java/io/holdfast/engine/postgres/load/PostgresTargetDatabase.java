package io.holdfast.engine.postgres.load;

import io.holdfast.contracts.CheckResult;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.LoadResult;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.SqlScript;
import io.holdfast.engine.TargetDatabase;
import io.holdfast.engine.check.Damage;
import io.holdfast.engine.check.DataCheck;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.DatabaseSetting;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.SequenceState;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.postgres.catalog.ForeignTableQueries;
import io.holdfast.engine.postgres.check.DataCheckRunner;
import io.holdfast.engine.postgres.database.DatabasePropertySql;
import io.holdfast.engine.postgres.dump.PgRestore;
import io.holdfast.engine.postgres.dump.SchemaDumpParser;
import io.holdfast.engine.postgres.dump.SchemaLoader;
import io.holdfast.engine.postgres.dump.SchemaLoader.Part;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.ConnectionRole;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.jdbc.SqlErrorTranslator;
import io.holdfast.engine.postgres.snapshot.SnapshotLeader;
import io.holdfast.engine.postgres.snapshot.SnapshotOpener;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.engine.rows.RowSource;
import java.io.OutputStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** A database being restored: the schema by its owner, everything that touches rows by the loader. */
final class PostgresTargetDatabase implements TargetDatabase {
    private static final int AT_ONCE = 500;

    private final ConnectionFactory owner;
    private final LoadOptions options;
    private final PostgresTools tools;
    private final PgRestore program;
    private final SchemaLoader schema;
    private final TargetConnections connections;
    private final RowLoader loading;
    private final EarlyIndexBuilder early;
    private final FunctionSearchPaths functionSearchPaths;
    private final PostgresTargetServer server;
    private final int serverMajor;

    PostgresTargetDatabase(
            PostgresTargetServer server,
            ConnectionFactory owner,
            ConnectionFactory rows,
            LoadOptions options,
            PostgresTools tools,
            int serverMajor) {
        this.server = server;
        this.serverMajor = serverMajor;
        this.owner = owner;
        this.options = options;
        this.tools = tools;
        this.program = new PgRestore(tools, serverMajor, owner, options);
        this.schema = new SchemaLoader(program, options);
        this.connections = new TargetConnections(owner, rows, options.jobs());
        this.functionSearchPaths = new FunctionSearchPaths(connections);
        program.tryingAgain(functionSearchPaths::give);
        this.loading = new RowLoader(connections, options, functionSearchPaths);
        this.early = new EarlyIndexBuilder(
                schema,
                connections,
                loading,
                options.jobs(),
                tables -> options.withheld() || analyze(tables).isEmpty());
    }

    /** Whoever comes in from now on has them; {@link #admit} gives those that are refused or are not given yet. */
    @Override
    public void settings(DatabaseDescriptor shape) {
        searchPath(shape);
        List<DatabaseSetting> wanted = new ArrayList<>(DatabasePropertySql.whileLoading(shape));
        connections.loaderSessionFactory.with(List.copyOf(wanted));
        wanted.add(DatabasePropertySql.NOT_WAITING);
        if (serverMajor >= 17) {
            wanted.add(DatabasePropertySql.NOT_FIRING);
        }
        List<DatabaseSetting> given = connections.byOwner(
                "giving " + owner.address.shown() + " its settings",
                connection -> LoaderSessionFactory.give(connection, owner.address.database(), wanted));
        given.stream()
                .filter(setting -> setting.name().equalsIgnoreCase("TimeZone"))
                .forEach(zone -> program.inTimeZone(zone.value()));
    }

    /** Which functions may be given where definitions or rows are refused without it. */
    void searchPath(DatabaseDescriptor shape) {
        functionSearchPaths.recorded(shape.searchPath(), shape.owner());
    }

    @Override
    public List<Finding> preData(Path schemaDump) {
        List<Finding> findings = restore(schemaDump, Part.BEFORE_ROWS, 1, entry -> !entry.acl());
        connections.byOwner("giving owners in " + owner.address.shown(), schema.readyOwners(schemaDump));
        return findings;
    }

    /**
     * Where roles are stand-ins without rights, those that must be superusers to own something are so for the moment. Not
     * while indexes and constraints are made: their functions run as the tables' owners.
     */
    private List<Finding> restore(Path dump, Part part, int jobs, Predicate<SchemaDumpParser.Entry> wanted) {
        boolean standIns = options.owners() && !owner.address.user().equals(connections.rows.address.user());
        Set<String> raised = standIns ? schema.privilegedOwners(dump, part, wanted) : Set.of();
        raise(raised, "SUPERUSER");
        try {
            return make(dump, part, jobs, wanted);
        } finally {
            raise(raised, "NOSUPERUSER");
        }
    }

    private List<Finding> make(Path dump, Part part, int jobs, Predicate<SchemaDumpParser.Entry> wanted) {
        List<Finding> findings = new ArrayList<>(schema.load(dump, part, jobs, wanted));
        findings.addAll(give("bringing tables to their tablespaces in ", schema.moves(dump, part, wanted)));
        return findings;
    }

    private void raise(Set<String> roles, String attribute) {
        if (!roles.isEmpty()) {
            connections.byOwner(
                    "preparing roles",
                    roles.stream()
                            .map(role -> "ALTER ROLE " + QualifiedName.quote(role) + " " + attribute)
                            .toList());
        }
    }

    @Override
    public LoadResult load(TableDescriptor table, long expected, int streams, RowSource source) {
        return loading.load(new DeferredRows(table, expected, source), streams);
    }

    @Override
    public boolean indexLoaded(Path schemaDump) {
        return early.make(schemaDump);
    }

    @Override
    public List<Finding> postData(Path schemaDump) {
        List<Finding> findings = new ArrayList<>(loading.rest());
        connections.rest();
        // what is done to a parent locks its leaves or children in an order of which pg_restore's workers know nothing:
        // they would lock each other out. Indexes are of one table each, and most of the work
        int jobs = schema.inherited(schemaDump) ? 1 : options.jobs();
        Set<Integer> indexes = schema.indexes(schemaDump);
        findings.addAll(make(
                schemaDump,
                Part.AFTER_ROWS,
                options.jobs(),
                entry -> indexes.contains(entry.id()) && !early.made().contains(entry.id())));
        findings.addAll(make(
                schemaDump,
                Part.AFTER_ROWS,
                jobs,
                entry -> !indexes.contains(entry.id())
                        && !entry.eventTrigger()
                        && !entry.acl()
                        && !entry.publication()
                        && !entry.firing()));
        findings.addAll(make(schemaDump, Part.AFTER_ROWS, jobs, SchemaDumpParser.Entry::firing));
        findings.addAll(restore(schemaDump, Part.AFTER_ROWS, 1, entry -> entry.publication() && !entry.acl()));
        findings.addAll(schema.loadRights(schemaDump));
        schema.uncertainRights(schemaDump).forEach(rights -> giveIfThere(rights).ifPresent(findings::add));
        return findings;
    }

    @Override
    public void sequences(List<SequenceState> sequences) {
        int atOnce = options.keepGoing() ? 1 : AT_ONCE;
        List<String> statements = new ArrayList<>();
        for (int from = 0; from < sequences.size(); from += atOnce) {
            statements.add(sequences.subList(from, Math.min(sequences.size(), from + atOnce)).stream()
                    .map(sequence -> "pg_catalog.setval("
                            + Sql.literal(sequence.name().sql()) + ", " + sequence.lastValue() + ", "
                            + sequence.called() + ")")
                    .collect(Collectors.joining(", ", "SELECT ", "")));
        }
        give("setting sequences of ", statements); // one that is not there is told of already
    }

    @Override
    public List<Finding> refresh(List<QualifiedName> views) {
        return MaterializedViewRefresher.fill(
                views,
                functionSearchPaths::give,
                view -> connections.byLoader(
                        "filling materialized view " + view,
                        connection -> MaterializedViewRefresher.fill(
                                connection,
                                view,
                                connections.loaderSessionFactory.asText(connection),
                                connections::stopped)));
    }

    @Override
    public List<Supplier<List<Finding>>> analyses() {
        if (options.withheld()) {
            return List.of(); // they would hold values of rows that are changed before the hand-over
        }
        List<ForeignTableQueries.Analyzable> tables = connections.byLoader(
                "looking for what to analyze in " + connections.rows.address.shown(), ForeignTableQueries::analyzable);
        return StatisticsCollector.portions(tables.stream()
                        .filter(table -> !early.analyzed().contains(table.name()))
                        .toList())
                .stream()
                .<Supplier<List<Finding>>>map(portion -> () -> analyze(portion))
                .toList();
    }

    private List<Finding> analyze(List<QualifiedName> tables) {
        return connections.byLoader(
                "analyzing " + connections.rows.address.shown(),
                connection -> StatisticsCollector.gather(connection, tables, connections::stopped));
    }

    /** Event triggers last: they would act on what is done before, or refuse it. */
    @Override
    public List<Finding> finish(Path schemaDump) {
        functionSearchPaths.withdraw();
        List<Finding> findings = new ArrayList<>(functionSearchPaths.findings());
        findings.addAll(belongings(schemaDump, entry -> !entry.eventTrigger()));
        findings.addAll(restore(schemaDump, Part.AFTER_ROWS, 1, SchemaDumpParser.Entry::eventTrigger));
        findings.addAll(belongings(schemaDump, SchemaDumpParser.Entry::eventTrigger));
        return findings;
    }

    private List<Finding> belongings(Path dump, Predicate<SchemaDumpParser.Entry> wanted) {
        List<Finding> findings = new ArrayList<>(give("giving security labels in ", schema.labels(dump, wanted)));
        if (!options.lacking().roles().isEmpty()) {
            findings.addAll(give("giving owners and grants in ", schema.rights(dump, wanted)));
        }
        return findings;
    }

    /** @return what could not be given to what was not made, where the work goes on without */
    private List<Finding> give(String doing, List<String> statements) {
        if (!options.keepGoing()) {
            connections.byOwner(doing + owner.address.shown(), statements);
            return List.of();
        }
        List<Finding> findings = new ArrayList<>();
        for (String statement : statements) {
            try {
                connections.byOwner(doing + owner.address.shown(), List.of(statement));
            } catch (HoldfastException holdfastException) {
                if (holdfastException.code() != FailureCode.TARGET_LOAD_FAILED) {
                    throw holdfastException;
                }
                findings.add(new Finding(
                        Finding.Kind.NOT_MADE,
                        owner.address.database(),
                        "left out: " + holdfastException.getMessage()));
            }
        }
        return findings;
    }

    @Override
    public void properties(DatabaseDescriptor shape) {
        connections.byOwner(
                "setting properties of " + owner.address.shown(),
                DatabasePropertySql.statements(owner.address.database(), shape, options));
    }

    @Override
    public List<Finding> admit(DatabaseDescriptor shape) {
        DatabaseAccessRestorer databaseAccessRestorer =
                new DatabaseAccessRestorer(owner.address.database(), connections.rows.address.user(), shape, options);
        return connections.byOwner("letting users into " + owner.address.shown(), databaseAccessRestorer::give);
    }

    @Override
    public Optional<Set<Integer>> reread(Path schemaDump, DatabaseDescriptor shape, OutputStream out) {
        String copy = owner.address.database();
        long oid = server.oid(copy)
                .orElseThrow(() -> HoldfastException.about(
                        copy, FailureCode.TARGET_CHANGED, "database " + copy + " is gone; was it dropped or renamed?"));
        return Optional.of(new DefinitionReparser(server, oid).run(schemaDump, shape, options, out));
    }

    /**
     * Into an empty database, to see what the server makes of them.
     *
     * @return numbers of the rights, on what the server or an extension brings, that could be given there
     */
    Set<Integer> definitions(Path schemaDump) {
        schema.definitions(schemaDump);
        functionSearchPaths.withdraw();
        return schema.rightsOfBrought(schemaDump).entrySet().stream()
                .filter(rights -> given(rights.getValue()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** @return why rights on what is there could not be given */
    private Optional<Finding> giveIfThere(String statements) {
        try {
            connections.byOwner("giving rights in " + owner.address.shown(), List.of(statements));
            return Optional.empty();
        } catch (HoldfastException holdfastException) {
            if (holdfastException.getCause() instanceof SQLException e && SqlErrorTranslator.undefined(e)) {
                return Optional.empty();
            }
            if (!SchemaLoader.IMPOSSIBLE.contains(holdfastException.code())) {
                throw holdfastException;
            }
            return Optional.of(new Finding(
                    Finding.Kind.NOT_MADE, owner.address.database(), "left out: " + holdfastException.getMessage()));
        }
    }

    /** That a role may not give a right is an error, or a warning and nothing is done. */
    private boolean given(String statements) {
        try {
            return connections.byOwner("giving rights in " + owner.address.shown(), connection -> {
                try (Statement statement = connection.createStatement()) {
                    statement.execute(statements);
                    return statement.getWarnings() == null;
                }
            });
        } catch (HoldfastException holdfastException) {
            if (!SchemaLoader.IMPOSSIBLE.contains(holdfastException.code())) {
                throw holdfastException;
            }
            return false;
        }
    }

    @Override
    public Snapshot snapshot(SnapshotOptions how) {
        ConnectionFactory reading = new ConnectionFactory(
                connections.rows.address, connections.rows.password, how.applicationName(), ConnectionRole.TARGET);
        return SnapshotOpener.open(reading, owner, tools, how, new SnapshotLeader.Phases() {});
    }

    @Override
    public List<CheckResult> check(List<DataCheck> checks, Duration each) {
        List<CheckResult> results = new ArrayList<>();
        for (DataCheck check : checks) {
            try {
                results.add(connections.byChecker(
                        "check " + check.name(), open -> new DataCheckRunner(open, each).of(check)));
            } catch (HoldfastException holdfastException) {
                if (holdfastException.code() == FailureCode.CANCELLED) {
                    throw holdfastException;
                }
                results.add(check.notRun(holdfastException.reason().message()));
            }
        }
        return results;
    }

    @Override
    public Map<QualifiedName, Long> rowCounts(Collection<QualifiedName> tables, Duration timeout) {
        return connections.byChecker("counting rows", open -> new DataCheckRunner(open, timeout).rowCounts(tables));
    }

    @Override
    public void run(List<SqlScript> scripts) {
        ScriptRunner.run(owner, scripts);
    }

    @Override
    public List<Finding> forgetEarlierRows(List<QualifiedName> views) {
        return EarlierRows.forget(owner, views, () -> {
            try {
                return refresh(views);
            } finally {
                functionSearchPaths.withdraw();
            }
        });
    }

    @Override
    public void installStructureCheck() {
        try {
            connections.byOwner("installing amcheck in " + owner.address.shown(), StructureCheckInstaller.STATEMENTS);
        } catch (HoldfastException holdfastException) {
            if (holdfastException.code() == FailureCode.CANCELLED) {
                throw holdfastException;
            }
            // the check then says that it was not run
        }
    }

    @Override
    public Optional<String> damage(Damage damage, QualifiedName table) {
        return connections.byOwner(
                "damaging the copy " + owner.address.shown(),
                connection -> PostgresDamage.of(connection, damage, table));
    }

    @Override
    public void close() {
        connections.close();
        program.cancel();
    }
}
