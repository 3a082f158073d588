package io.holdfast.engine.postgres.catalog;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.RowRoleReference;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Columns of types such as regclass hold the OID of an object and print its name. Where the object is gone they print
 * the bare number, which means something else in another database: refused by name. Grants in rows (aclitem) name roles alike.
 */
public final class RegTypeColumnCheck {
    private static final String QUERY =
            "SELECT n.nspname, c.relname, a.attname, pg_catalog.format_type(coalesce(e.oid, t.oid), NULL), e.oid IS NOT NULL"
                    + " FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c"
                    + " ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN"
                    + " pg_catalog.pg_type t ON t.oid = a.atttypid LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem"
                    + " AND t.typcategory = 'A'"
                    + " WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''"
                    + " AND pg_catalog.format_type(coalesce(e.oid, t.oid), NULL) IN ('regclass', 'regproc',"
                    + " 'regprocedure', 'regoper', 'regoperator', 'regtype', 'regrole', 'regnamespace', 'regconfig',"
                    + " 'regdictionary', 'regcollation', 'aclitem') AND c.oid = ANY ('{";

    private RegTypeColumnCheck() {}

    private record Column(QualifiedName table, String name, String type, boolean array) {
        String shown() {
            return table + "." + name;
        }

        /** Its values that are none of null, one a row. */
        String values() {
            String column = "c." + QualifiedName.quote(name);
            return "(SELECT u.x AS v FROM ONLY " + table.sql() + " c, LATERAL "
                    + (array ? "pg_catalog.unnest(" + column + ")" : "(SELECT " + column + ")") + " u(x)"
                    + " WHERE u.x IS NOT NULL) l";
        }
    }

    /** Fails with SOURCE_UNSUPPORTED if a value's object is gone; answers the roles that are there. */
    public static List<RowRoleReference> check(
            Connection connection, List<TableIdentity> relations, List<TableDescriptor> tables) throws SQLException {
        Set<QualifiedName> read = read(tables);
        String oids = relations.stream()
                .map(relation -> Long.toString(relation.oid()))
                .collect(Collectors.joining(","));
        List<Column> columns = Sql.list(
                connection,
                QUERY + oids + "}'::oid[]) ORDER BY 1, 2, 3",
                row -> new Column(Sql.name(row, 1), Sql.text(row, 3), Sql.text(row, 4), row.getBoolean(5)));
        Set<String> dangling = new TreeSet<>();
        Map<String, RowRoleReference> roles = new TreeMap<>();
        for (Column column : columns) {
            if (read.contains(column.table)) {
                boolean gone = Set.of("regrole", "aclitem").contains(column.type)
                        ? roles(connection, column, roles)
                        : dangling(connection, column);
                if (gone) {
                    dangling.add(column.shown());
                }
            }
        }
        if (!dangling.isEmpty()) {
            throw HoldfastException.of(
                    FailureCode.SOURCE_UNSUPPORTED,
                    "columns refer to database objects or roles that no longer exist: " + String.join(", ", dangling)
                            + "; set those values to NULL, because no other database can hold them");
        }
        return List.copyOf(roles.values());
    }

    private static Set<QualifiedName> read(List<TableDescriptor> tables) {
        Set<QualifiedName> read = new TreeSet<>();
        for (TableDescriptor table : tables) {
            if (table.dataIncluded()) {
                read.add(table.name());
                read.addAll(table.parts());
            }
        }
        return read;
    }

    private static boolean dangling(Connection connection, Column column) throws SQLException {
        return !Sql.strings(connection, "SELECT 1 FROM " + column.values() + " WHERE v::text ~ '^[1-9][0-9]*$' LIMIT 1")
                .isEmpty();
    }

    /** Adds those that exist; true if one does not. */
    private static boolean roles(Connection connection, Column column, Map<String, RowRoleReference> roles)
            throws SQLException {
        String oids = column.type.equals("regrole")
                ? "SELECT v::oid AS id FROM " + column.values()
                : "SELECT w.id FROM " + column.values() + ", pg_catalog.aclexplode(ARRAY[v]) a, LATERAL (VALUES"
                        + " (a.grantor), (a.grantee)) w(id)";
        List<String> named = Sql.list(
                connection,
                "SELECT DISTINCT coalesce(r.rolname, '') FROM (" + oids + ") o LEFT JOIN pg_catalog.pg_roles r"
                        + " ON r.oid = o.id WHERE o.id <> 0",
                row -> Sql.text(row, 1));
        named.stream()
                .filter(role -> !role.isEmpty())
                .forEach(role -> roles.putIfAbsent(role, new RowRoleReference(role, column.shown())));
        return named.contains("");
    }
}
