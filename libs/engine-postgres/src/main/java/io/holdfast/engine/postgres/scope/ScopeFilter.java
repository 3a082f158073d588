package io.holdfast.engine.postgres.scope;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.BackupScope;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.jdbc.ReservedNames;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the scope selects, as SQL conditions and as pg_dump's options: both must say the same. */
public final class ScopeFilter {
    /** A pattern is one argument, and the system bounds those. */
    private static final int NAMES_AT_ONCE = 500;

    private static final int EXTENSIONS_BY_NAME = 14;

    /** What every database has, although somebody may have made it anew. */
    private static final String BROUGHT = "(e.oid < 16384 OR e.extname = 'plpgsql')";

    private final BackupScope scope;

    /** Tables and sequences that the scope leaves out by name. */
    private final Set<QualifiedName> excluded;

    /** With schemas that are named pg_dump takes only those extensions that are named too. */
    private final Set<String> extensions;

    private ScopeFilter(BackupScope scope, Collection<QualifiedName> excluded, Collection<String> extensions) {
        this.scope = scope;
        this.excluded = new TreeSet<>(excluded);
        this.extensions = new TreeSet<>(extensions);
    }

    /** Fails with CONFIG_INVALID if the scope names what is not there. */
    public static ScopeFilter of(BackupScope scope, Connection connection) throws SQLException {
        check(scope, connection);
        // an option of pg_dump since 14, which is as new as the server at least
        boolean named = scope.extensions()
                && !scope.includeSchemas().isEmpty()
                && connection.getMetaData().getDatabaseMajorVersion() >= EXTENSIONS_BY_NAME;
        List<String> extensions = named
                ? Sql.strings(
                        connection,
                        "SELECT e.extname FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid ="
                                + " e.extnamespace WHERE " + schemas(scope) + " AND NOT " + excludedExtensions(scope))
                : List.of();
        return new ScopeFilter(scope, ExcludedTableResolver.excluded(scope, connection), extensions);
    }

    /** Whether it selects the same now. */
    public boolean holds(Connection connection) throws SQLException {
        return excluded.equals(new TreeSet<>(ExcludedTableResolver.excluded(scope, connection)));
    }

    boolean everything() {
        return scope.equals(BackupScope.everything());
    }

    /** A condition on {@code pg_extension e} and its {@code pg_namespace n}: those that pg_dump writes and a copy can have. */
    public String extensions() {
        if (!scope.extensions()) {
            return BROUGHT;
        }
        if (everySchema()) {
            return "(" + BROUGHT + " OR n.nspname = 'pg_catalog' OR " + schemas() + ") AND NOT "
                    + excludedExtensions(scope);
        }
        return extensions.isEmpty() ? "false" : "e.extname IN (" + Sql.literals(extensions) + ")";
    }

    /** A condition like that: those that a copy is without. */
    String goneExtensions() {
        return scope.extensions()
                ? "(n.nspname <> 'pg_catalog' OR " + excludedExtensions(scope) + ") AND NOT (" + extensions() + ")"
                : "NOT (" + BROUGHT + ")";
    }

    /** A condition on {@code pg_extension e}: those that are left out by name. */
    private static String excludedExtensions(BackupScope scope) {
        return scope.excludeExtensions().isEmpty()
                ? "false"
                : "(e.extname IN (" + Sql.literals(scope.excludeExtensions()) + "))";
    }

    /** A condition on {@code pg_namespace n}. */
    public String schemas() {
        return schemas(scope);
    }

    public static String schemas(BackupScope scope) {
        String condition = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND n.nspname !~ '^"
                + ReservedNames.RESTORE_SCHEMAS + "$'";
        if (!scope.includeSchemas().isEmpty()) {
            condition += " AND n.nspname IN (" + Sql.literals(scope.includeSchemas()) + ")";
        }
        if (!scope.excludeSchemas().isEmpty()) {
            condition += " AND n.nspname NOT IN (" + Sql.literals(scope.excludeSchemas()) + ")";
        }
        return condition;
    }

    /**
     * A condition on {@code pg_namespace n} and {@code pg_class c}; members of extensions are the extension's, but for
     * those that it says hold rows of the user's.
     */
    public String relations() {
        String condition = schemas() + " AND c.relpersistence <> 't' AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x"
                + " WHERE x.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND x.objid = c.oid"
                + " AND x.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND x.deptype = 'e'"
                + (whole()
                        ? " AND c.oid <> ALL (SELECT pg_catalog.unnest(e.extconfig) FROM pg_catalog.pg_extension e"
                                + " JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.oid = x.refobjid"
                                + " AND " + extensions() + ")"
                        : "")
                + ")";
        return excluded.isEmpty()
                ? condition
                : condition + " AND NOT (" + excluded() + ")" + notOfExcluded(pairs(excluded));
    }

    /** A condition on {@code pg_namespace n} and {@code pg_class c}: what is left out by name. */
    public String excluded() {
        return excluded.isEmpty() ? "false" : "(n.nspname, c.relname) IN (" + pairs(excluded) + ")";
    }

    /** A condition on {@code pg_namespace n} and {@code pg_class c}: what comes along without its rows. */
    public String rowless() {
        return scope.excludeTableData().isEmpty()
                ? "false"
                : "(n.nspname, c.relname) IN (" + pairs(scope.excludeTableData()) + ")";
    }

    /** As pg_dump does: the sequence of an identity column goes with its table, a serial column's stays. */
    private static String notOfExcluded(String excluded) {
        return " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend i JOIN pg_catalog.pg_class o ON o.oid = i.refobjid"
                + " JOIN pg_catalog.pg_namespace s ON s.oid = o.relnamespace WHERE c.relkind = 'S'"
                + " AND i.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND i.objid = c.oid"
                + " AND i.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND i.deptype = 'i'"
                + " AND (s.nspname, o.relname) IN (" + excluded + "))";
    }

    public List<Finding> findings(ScopeDependencies scopeDependencies) {
        return scope.narrowed() ? List.of() : scopeDependencies.findings();
    }

    /** Whether what belongs to no schema and no table is part of it: large objects, rows of extensions. */
    public boolean whole() {
        return scope.includeSchemas().isEmpty() && scope.includeTables().isEmpty();
    }

    /** Whether pg_dump goes through all schemas, and so locks tables of extensions too. */
    public boolean everySchema() {
        return scope.includeSchemas().isEmpty();
    }

    public boolean dataOf(QualifiedName table) {
        return !scope.excludeTableData().contains(table);
    }

    public List<String> dumpOptions() {
        List<String> options = new ArrayList<>();
        options.add("--exclude-schema=" + ReservedNames.RESTORE_SCHEMAS);
        new TreeSet<>(scope.includeSchemas()).forEach(schema -> options.add("--schema=" + pattern(schema)));
        new TreeSet<>(scope.excludeSchemas()).forEach(schema -> options.add("--exclude-schema=" + pattern(schema)));
        extensions.forEach(extension -> options.add("--extension=" + pattern(extension)));
        Map<String, List<String>> names = new TreeMap<>();
        excluded.forEach(table -> names.computeIfAbsent(table.schema(), schema -> new ArrayList<>())
                .add(table.name()));
        names.forEach((schema, tables) -> {
            // each pattern is a query of pg_dump's: many names in one
            for (int from = 0; from < tables.size(); from += NAMES_AT_ONCE) {
                String some = tables.subList(from, Math.min(tables.size(), from + NAMES_AT_ONCE)).stream()
                        .map(ScopeFilter::pattern)
                        .collect(Collectors.joining("|"));
                options.add("--exclude-table=" + pattern(schema) + "." + some);
            }
        });
        return options;
    }

    /** Refuses names that match nothing. */
    private static void check(BackupScope scope, Connection connection) throws SQLException {
        if (!scope.narrowed()
                && !scope.includeSchemas().isEmpty()
                && !scope.includeTables().isEmpty()) {
            throw HoldfastException.of(
                    FailureCode.CONFIG_INVALID,
                    "the scope includes both schemas and tables; name either, and exclude what is too much");
        }
        Set<String> schemas = new TreeSet<>(scope.includeSchemas());
        schemas.addAll(scope.excludeSchemas());
        Sql.strings(connection, "SELECT nspname FROM pg_catalog.pg_namespace").forEach(schemas::remove);
        Set<QualifiedName> tables = new LinkedHashSet<>(new TreeSet<>(scope.excludeTables()));
        tables.addAll(new TreeSet<>(scope.excludeTableData()));
        tables.addAll(new TreeSet<>(scope.includeTables()));
        if (!tables.isEmpty()) {
            tables.removeAll(Sql.list(
                    connection,
                    "SELECT n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n"
                            + " ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'm', 'f')",
                    row -> Sql.name(row, 1)));
        }
        Set<String> extensions = new TreeSet<>(scope.excludeExtensions());
        Sql.strings(connection, "SELECT extname FROM pg_catalog.pg_extension").forEach(extensions::remove);
        List<String> unknown = Stream.of(
                        schemas.stream(),
                        tables.stream().map(QualifiedName::toString),
                        extensions.stream().map(extension -> "extension " + extension))
                .flatMap(names -> names)
                .toList();
        if (!unknown.isEmpty()) {
            throw HoldfastException.of(
                    FailureCode.CONFIG_INVALID,
                    "the scope names what is not in the database: "
                            + String.join(", ", unknown)
                            + "; correct the names (as the catalog spells them) or take them out");
        }
    }

    static String pairs(Collection<QualifiedName> names) {
        return names.stream()
                .map(name -> "(" + Sql.literal(name.schema()) + ", " + Sql.literal(name.name()) + ")")
                .collect(Collectors.joining(", "));
    }

    /** Within double quotes pg_dump's patterns mean what they say. */
    private static String pattern(String name) {
        return QualifiedName.quote(name);
    }
}
