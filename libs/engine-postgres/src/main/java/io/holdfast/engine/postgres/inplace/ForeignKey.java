package io.holdfast.engine.postgres.inplace;

import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A foreign key of the live database; of a partition tree the one at the top.
 *
 * @param full whether a row must refer with all columns or with none (MATCH FULL)
 * @param toChild,toParent operators: a parent's column with the child's, and with a parent's
 * @param acts whether deleting or changing a parent's row changes children (CASCADE, SET NULL, SET DEFAULT)
 */
record ForeignKey(
        String name,
        long child,
        QualifiedName childName,
        boolean childTree,
        List<String> childColumns,
        long parent,
        QualifiedName parentName,
        boolean parentTree,
        List<String> parentColumns,
        List<String> toChild,
        List<String> toParent,
        boolean full,
        boolean acts,
        boolean deferrable) {

    /** All that lead to or from one of these tables. */
    static List<ForeignKey> of(Connection connection, Collection<LiveTable> tables) throws SQLException {
        String oids = tables.stream()
                .flatMap(table -> Stream.of(Stream.of(table.oid()), table.above().stream(), table.below().stream())
                        .flatMap(some -> some))
                .distinct()
                .sorted()
                .map(String::valueOf)
                .collect(Collectors.joining(", "));
        return oids.isEmpty() ? List.of() : Sql.list(connection, query(oids), ForeignKey::read);
    }

    private static String query(String oids) {
        return "SELECT k.conname, k.conrelid, cn.nspname, c.relname, c.relkind = 'p', k.confrelid, pn.nspname, p.relname,"
                + " p.relkind = 'p', " + columns("conrelid", "conkey") + ", " + columns("confrelid", "confkey") + ", "
                + operators("conpfeqop") + ", " + operators("conppeqop")
                + ", k.confmatchtype = 'f', k.confdeltype IN ('c', 'n', 'd') OR"
                + " k.confupdtype IN ('c', 'n', 'd'), k.condeferrable FROM pg_catalog.pg_constraint k"
                + " JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace cn ON cn.oid ="
                + " c.relnamespace JOIN pg_catalog.pg_class p ON p.oid = k.confrelid JOIN pg_catalog.pg_namespace pn"
                + " ON pn.oid = p.relnamespace WHERE k.contype = 'f' AND k.conparentid = 0 AND (k.conrelid IN (" + oids
                + ") OR k.confrelid IN (" + oids + ")) ORDER BY 3, 4, 1";
    }

    private static String columns(String relation, String numbers) {
        return "(SELECT pg_catalog.array_agg(a.attname ORDER BY u.n) FROM pg_catalog.unnest(k." + numbers
                + ") WITH ORDINALITY u(att, n) JOIN pg_catalog.pg_attribute a ON a.attrelid = k." + relation
                + " AND a.attnum = u.att)";
    }

    private static String operators(String oids) {
        return "(SELECT pg_catalog.array_agg(pg_catalog.format('OPERATOR(%I.%s)', n.nspname, o.oprname) ORDER BY u.n)"
                + " FROM pg_catalog.unnest(k." + oids
                + ") WITH ORDINALITY u(op, n) JOIN pg_catalog.pg_operator o ON o.oid ="
                + " u.op JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace)";
    }

    private static ForeignKey read(ResultSet row) throws SQLException {
        return new ForeignKey(
                Sql.text(row, 1),
                row.getLong(2),
                Sql.name(row, 3),
                row.getBoolean(5),
                texts(row, 10),
                row.getLong(6),
                Sql.name(row, 7),
                row.getBoolean(9),
                texts(row, 11),
                texts(row, 12),
                texts(row, 13),
                row.getBoolean(14),
                row.getBoolean(15),
                row.getBoolean(16));
    }

    private static List<String> texts(ResultSet row, int column) throws SQLException {
        return List.of((String[]) row.getArray(column).getArray());
    }

    boolean leadsFrom(LiveTable table) {
        return child == table.oid()
                || table.above().contains(child)
                || table.below().contains(child);
    }

    boolean leadsTo(LiveTable table) {
        return parent == table.oid()
                || table.above().contains(parent)
                || table.below().contains(parent);
    }

    String childSql() {
        return (childTree ? "" : "ONLY ") + childName.sql();
    }

    String parentSql() {
        return (parentTree ? "" : "ONLY ") + parentName.sql();
    }

    /** Whether the child's row refers to something. */
    String refers(String childAlias) {
        return childColumns.stream()
                .map(column -> childAlias + "." + QualifiedName.quote(column) + " IS NOT NULL")
                .collect(Collectors.joining(full ? " OR " : " AND ", "(", ")"));
    }

    /** Whether the parent's row is what the child's refers to. */
    String match(String parentAlias, String childAlias) {
        return equal(parentAlias, parentColumns, childAlias, childColumns, toChild);
    }

    /** Whether both, of the parent, would be referred to in the same way. */
    String same(String parentAlias, String otherAlias) {
        return equal(parentAlias, parentColumns, otherAlias, parentColumns, toParent);
    }

    private static String equal(
            String left, List<String> leftColumns, String right, List<String> rightColumns, List<String> operators) {
        return IntStream.range(0, operators.size())
                .mapToObj(i -> left + "." + QualifiedName.quote(leftColumns.get(i)) + " " + operators.get(i) + " "
                        + right + "." + QualifiedName.quote(rightColumns.get(i)))
                .collect(Collectors.joining(" AND ", "(", ")"));
    }
}
