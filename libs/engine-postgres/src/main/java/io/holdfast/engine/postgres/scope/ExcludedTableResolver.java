package io.holdfast.engine.postgres.scope;

import io.holdfast.engine.BackupScope;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Which tables, and sequences of tables, a scope leaves out by name. */
final class ExcludedTableResolver {
    /** With parts of parts; {@code %s} says which children count. */
    private static final String WITH_PARTS =
            "WITH RECURSIVE named(oid) AS (SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid ="
                    + " c.relnamespace WHERE (n.nspname, c.relname) IN (%s) UNION SELECT i.inhrelid FROM named JOIN"
                    + " pg_catalog.pg_inherits i ON i.inhparent = named.oid JOIN pg_catalog.pg_class p ON p.oid = i.inhrelid"
                    + " WHERE %s) ";

    private static final String SHOWN = " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace";

    private ExcludedTableResolver() {}

    static List<QualifiedName> excluded(BackupScope scope, Connection connection) throws SQLException {
        List<QualifiedName> excluded = new ArrayList<>();
        if (!scope.includeTables().isEmpty()) {
            excluded.addAll(notIncluded(scope, connection));
        }
        if (!scope.excludeTables().isEmpty()) {
            excluded.addAll(Sql.list(
                    connection,
                    WITH_PARTS.formatted(ScopeFilter.pairs(scope.excludeTables()), "p.relispartition")
                            + "SELECT n.nspname, c.relname FROM named JOIN pg_catalog.pg_class c ON c.oid = named.oid"
                            + SHOWN,
                    row -> Sql.name(row, 1)));
        }
        return excluded;
    }

    /** All other tables; and their sequences, unless a table that is included takes numbers from them. */
    private static List<QualifiedName> notIncluded(BackupScope scope, Connection connection) throws SQLException {
        String member = "NOT EXISTS (SELECT FROM pg_catalog.pg_depend x WHERE x.classid ="
                + " 'pg_catalog.pg_class'::pg_catalog.regclass AND x.objid = c.oid AND x.deptype = 'e')";
        return Sql.list(
                connection,
                WITH_PARTS.formatted(ScopeFilter.pairs(scope.includeTables()), "true")
                        + "SELECT n.nspname, c.relname FROM pg_catalog.pg_class c" + SHOWN + " WHERE "
                        + ScopeFilter.schemas(scope) + " AND c.relpersistence <> 't' AND " + member
                        + " AND (c.relkind IN ('r', 'p', 'f') AND c.oid NOT IN (SELECT oid FROM named) OR c.relkind = 'S'"
                        + " AND EXISTS (SELECT FROM pg_catalog.pg_depend o WHERE o.classid ="
                        + " 'pg_catalog.pg_class'::pg_catalog.regclass AND o.objid = c.oid AND o.refclassid = o.classid AND"
                        + " o.deptype IN ('a', 'i') AND o.refobjid NOT IN (SELECT oid FROM named)) AND NOT EXISTS (SELECT"
                        + " FROM pg_catalog.pg_depend u JOIN pg_catalog.pg_attrdef d ON d.oid = u.objid WHERE u.classid ="
                        + " 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND u.refobjid = c.oid AND d.adrelid IN (SELECT oid"
                        + " FROM named)))",
                row -> Sql.name(row, 1));
    }
}
