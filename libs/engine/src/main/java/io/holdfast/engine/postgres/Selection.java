package io.holdfast.engine.postgres;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.engine.QualifiedName;
import io.holdfast.engine.Scope;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What the scope selects, as SQL conditions and as pg_dump's options: both must say the same. */
final class Selection {
    private final Scope scope;

    Selection(Scope scope) {
        this.scope = scope;
    }

    /** A condition on {@code pg_namespace n}. */
    String schemas() {
        String condition = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";
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
    String relations() {
        String condition = schemas() + " AND c.relpersistence <> 't' AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x"
                + " WHERE x.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND x.objid = c.oid"
                + " AND x.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND x.deptype = 'e'"
                + (whole()
                        ? " AND c.oid <> ALL (SELECT pg_catalog.unnest(e.extconfig) FROM"
                                + " pg_catalog.pg_extension e WHERE e.oid = x.refobjid)"
                        : "")
                + ")";
        return scope.excludeTables().isEmpty()
                ? condition
                : condition + " AND (n.nspname, c.relname) NOT IN (" + pairs(scope.excludeTables()) + ")"
                        + notOfExcluded(pairs(scope.excludeTables()));
    }

    /** As pg_dump does: the sequence of an identity column goes with its table, a serial column's stays. */
    private static String notOfExcluded(String excluded) {
        return " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend i JOIN pg_catalog.pg_class o ON o.oid = i.refobjid"
                + " JOIN pg_catalog.pg_namespace s ON s.oid = o.relnamespace WHERE c.relkind = 'S'"
                + " AND i.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND i.objid = c.oid"
                + " AND i.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND i.deptype = 'i'"
                + " AND (s.nspname, o.relname) IN (" + excluded + "))";
    }

    /** Whether what belongs to no schema is part of it: large objects, extensions. */
    boolean whole() {
        return scope.includeSchemas().isEmpty();
    }

    boolean dataOf(QualifiedName table) {
        return !scope.excludeTableData().contains(table);
    }

    List<String> dumpOptions() {
        List<String> options = new ArrayList<>();
        new TreeSet<>(scope.includeSchemas()).forEach(schema -> options.add("--schema=" + pattern(schema)));
        new TreeSet<>(scope.excludeSchemas()).forEach(schema -> options.add("--exclude-schema=" + pattern(schema)));
        new TreeSet<>(scope.excludeTables())
                .forEach(table ->
                        options.add("--exclude-table=" + pattern(table.schema()) + "." + pattern(table.name())));
        return options;
    }

    /** Refuses names that match nothing. */
    void check(Connection connection) throws SQLException {
        Set<String> schemas = new TreeSet<>(scope.includeSchemas());
        schemas.addAll(scope.excludeSchemas());
        Sql.strings(connection, "SELECT nspname FROM pg_catalog.pg_namespace").forEach(schemas::remove);
        Set<QualifiedName> tables = new LinkedHashSet<>(new TreeSet<>(scope.excludeTables()));
        tables.addAll(new TreeSet<>(scope.excludeTableData()));
        if (!tables.isEmpty()) {
            tables.removeAll(Sql.list(
                    connection,
                    "SELECT n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n"
                            + " ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'm')",
                    row -> Sql.name(row, 1)));
        }
        if (!schemas.isEmpty() || !tables.isEmpty()) {
            throw Failure.of(
                    FailureCode.CONFIG_INVALID,
                    "the scope names what is not in the database: "
                            + String.join(", ", schemas)
                            + (schemas.isEmpty() || tables.isEmpty() ? "" : ", ")
                            + tables.stream().map(QualifiedName::toString).collect(Collectors.joining(", "))
                            + "; correct the names (as the catalog spells them) or take them out");
        }
    }

    private static String pairs(Collection<QualifiedName> names) {
        return names.stream()
                .map(name -> "(" + Sql.literal(name.schema()) + ", " + Sql.literal(name.name()) + ")")
                .collect(Collectors.joining(", "));
    }

    /** Within double quotes pg_dump's patterns mean what they say. */
    private static String pattern(String name) {
        return QualifiedName.quote(name);
    }
}
