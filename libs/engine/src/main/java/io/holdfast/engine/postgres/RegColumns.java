package io.holdfast.engine.postgres;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.engine.QualifiedName;
import io.holdfast.engine.TableShape;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Columns of types such as regclass hold the OID of an object and print its name. Where the object is gone they print
 * the bare number, which means something else in another database: refused by name.
 */
final class RegColumns {
    private static final String QUERY =
            "SELECT n.nspname, c.relname, a.attname FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c"
                    + " ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN"
                    + " pg_catalog.pg_type t ON t.oid = a.atttypid LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem"
                    + " WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped"
                    + " AND pg_catalog.format_type(coalesce(e.oid, t.oid), NULL) IN ('regclass', 'regproc',"
                    + " 'regprocedure', 'regoper', 'regoperator', 'regtype', 'regrole', 'regnamespace', 'regconfig',"
                    + " 'regdictionary', 'regcollation') AND c.oid = ANY ('{";

    private RegColumns() {}

    static void check(Connection connection, List<Relation> relations, List<TableShape> tables) throws SQLException {
        String oids = relations.stream()
                .map(relation -> Long.toString(relation.oid()))
                .collect(Collectors.joining(","));
        Set<QualifiedName> read = new TreeSet<>();
        for (TableShape table : tables) {
            if (table.dataIncluded()) {
                read.add(table.name());
                read.addAll(table.parts());
            }
        }
        Set<String> dangling = new TreeSet<>();
        for (String[] column : Sql.list(connection, QUERY + oids + "}'::oid[]) ORDER BY 1, 2, 3", row ->
                new String[] {Sql.text(row, 1), Sql.text(row, 2), Sql.text(row, 3)})) {
            QualifiedName table = new QualifiedName(column[0], column[1]);
            String sql = "SELECT 1 FROM ONLY " + table.sql() + " WHERE " + QualifiedName.quote(column[2])
                    + "::text ~ '(^|[{,])[1-9][0-9]*([,}]|$)' LIMIT 1";
            if (read.contains(table) && !Sql.strings(connection, sql).isEmpty()) {
                dangling.add(table + "." + column[2]);
            }
        }
        if (!dangling.isEmpty()) {
            throw Failure.of(
                    FailureCode.SOURCE_UNSUPPORTED,
                    "columns refer to database objects that no longer exist: " + String.join(", ", dangling)
                            + "; set those values to NULL, because no other database can hold them");
        }
    }
}
