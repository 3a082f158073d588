package io.holdfast.engine.postgres.inplace;

import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads tables in use from the catalog. */
final class LiveTableReader {
    /** The equality of a type's default order, which is that of its keys. Takes the OID of a type below domains. */
    private static final String EQUAL =
            "(SELECT pg_catalog.format('OPERATOR(%I.%s)', n.nspname, o.oprname) FROM pg_catalog.pg_opclass oc"
                    + " JOIN pg_catalog.pg_am m ON m.oid = oc.opcmethod AND m.amname = 'btree' JOIN pg_catalog.pg_amop ao"
                    + " ON ao.amopfamily = oc.opcfamily AND ao.amoplefttype = oc.opcintype AND ao.amoprighttype ="
                    + " oc.opcintype AND ao.amopstrategy = 3 JOIN pg_catalog.pg_operator o ON o.oid = ao.amopopr JOIN"
                    + " pg_catalog.pg_namespace n ON n.oid = o.oprnamespace JOIN pg_catalog.pg_type ct ON ct.oid ="
                    + " oc.opcintype, pg_catalog.pg_type bt WHERE bt.oid = b.oid AND oc.opcdefault AND (oc.opcintype = bt.oid"
                    + " OR ct.typname = CASE WHEN bt.typtype = 'e' THEN 'anyenum' WHEN bt.typtype = 'r' THEN 'anyrange'"
                    + " WHEN bt.typtype = 'm' THEN 'anymultirange' WHEN bt.typtype = 'c' THEN 'record' WHEN bt.typcategory"
                    + " = 'A' AND bt.typelem <> 0 THEN 'anyarray' END OR EXISTS (SELECT FROM pg_catalog.pg_cast x WHERE"
                    + " x.castsource = bt.oid AND x.casttarget = oc.opcintype AND x.castmethod = 'b' AND x.castcontext ="
                    + " 'i')) ORDER BY oc.opcintype = bt.oid DESC, ct.typispreferred DESC, oc.oid LIMIT 1)";

    private LiveTableReader() {}

    /** What kind of relation bears a name: {@code r} and {@code p} are tables. */
    record Named(long oid, QualifiedName name, String kind) {}

    static Optional<Named> named(Connection connection, QualifiedName name) throws SQLException {
        return Sql.list(
                        connection,
                        "SELECT c.oid, n.nspname, c.relname, c.relkind FROM pg_catalog.pg_class c JOIN"
                                + " pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = "
                                + Sql.literal(name.schema()) + " AND c.relname = " + Sql.literal(name.name()),
                        row -> new Named(row.getLong(1), Sql.name(row, 2), Sql.text(row, 4)))
                .stream()
                .findFirst();
    }

    static LiveTable table(Connection connection, Named named) throws SQLException {
        Set<Long> above = new HashSet<>();
        Set<Long> below = new HashSet<>();
        Sql.list(connection, treeOf(named.oid), row -> (row.getBoolean(2) ? above : below).add(row.getLong(1)));
        return new LiveTable(
                named.oid,
                named.name,
                named.kind.equals("p"),
                Sql.list(connection, columnsOf(named.oid), LiveTableReader::column),
                keys(connection, named.oid),
                Sql.one(connection, uniquesOf(named.oid), row -> row.getLong(1)),
                Set.copyOf(above),
                Set.copyOf(below));
    }

    /** Columns of each deferrable unique constraint. */
    static List<List<String>> deferred(Connection connection, LiveTable table) throws SQLException {
        return Sql.list(
                connection,
                deferredOf(table.oid()),
                row -> List.of((String[]) row.getArray(1).getArray()));
    }

    private static LiveTable.Column column(ResultSet row) throws SQLException {
        return new LiveTable.Column(
                Sql.text(row, 1),
                Sql.text(row, 2),
                Sql.text(row, 3),
                row.getString(4),
                row.getBoolean(5),
                row.getBoolean(6),
                row.getBoolean(7));
    }

    private record IndexPart(long index, LiveTable.Part part) {}

    private static List<LiveTable.Key> keys(Connection connection, long oid) throws SQLException {
        List<LiveTable.Key> keys = new ArrayList<>();
        List<LiveTable.Part> parts = new ArrayList<>();
        long index = 0;
        for (IndexPart next : Sql.list(
                connection,
                keysOf(oid),
                row -> new IndexPart(row.getLong(1), new LiveTable.Part(Sql.text(row, 2), Sql.text(row, 3))))) {
            if (next.index != index && !parts.isEmpty()) {
                keys.add(new LiveTable.Key(List.copyOf(parts)));
                parts.clear();
            }
            index = next.index;
            parts.add(next.part);
        }
        if (!parts.isEmpty()) {
            keys.add(new LiveTable.Key(List.copyOf(parts)));
        }
        return List.copyOf(keys);
    }

    private static String columnsOf(long oid) {
        return "SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), pg_catalog.format_type(b.oid, -1), "
                + EQUAL
                + ", a.attgenerated <> '', a.attidentity = 'a', NOT a.attnotnull OR a.atthasdef OR a.attidentity <> ''"
                + " FROM pg_catalog.pg_attribute a, LATERAL (WITH RECURSIVE d(oid, up) AS (SELECT t.oid, t.typbasetype"
                + " FROM pg_catalog.pg_type t WHERE t.oid = a.atttypid UNION ALL SELECT t.oid, t.typbasetype FROM"
                + " pg_catalog.pg_type t JOIN d ON d.up = t.oid) SELECT d.oid FROM d WHERE d.up = 0) b"
                + " WHERE a.attrelid = " + oid + " AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";
    }

    private static String keysOf(long oid) {
        return "SELECT i.indexrelid, a.attname, pg_catalog.format('OPERATOR(%I.%s)', n.nspname, o.oprname)"
                + " FROM pg_catalog.pg_index i, pg_catalog.generate_series(0, i.indnkeyatts - 1) k"
                + " JOIN pg_catalog.pg_attribute a ON true JOIN pg_catalog.pg_opclass oc ON true"
                + " JOIN pg_catalog.pg_amop ao ON ao.amopfamily = oc.opcfamily AND ao.amoplefttype = oc.opcintype AND"
                + " ao.amoprighttype = oc.opcintype AND ao.amopstrategy = 3 JOIN pg_catalog.pg_operator o ON o.oid ="
                + " ao.amopopr JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace"
                + " WHERE i.indrelid = " + oid
                + " AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS"
                + " NULL AND a.attrelid = i.indrelid AND a.attnum = i.indkey[k] AND oc.oid = i.indclass[k] AND NOT"
                + " EXISTS (SELECT FROM pg_catalog.generate_series(0, i.indnkeyatts - 1) y JOIN pg_catalog.pg_attribute"
                + " z ON z.attrelid = " + oid + " AND z.attnum = i.indkey[y] WHERE NOT z.attnotnull)"
                + " ORDER BY i.indisprimary DESC, i.indnkeyatts, i.indexrelid, k";
    }

    private static String treeOf(long oid) {
        return "SELECT up.oid, true FROM (WITH RECURSIVE up(oid) AS (SELECT i.inhparent FROM pg_catalog.pg_inherits i JOIN"
                + " pg_catalog.pg_class c ON c.oid = i.inhrelid AND c.relispartition WHERE i.inhrelid = " + oid
                + " UNION SELECT"
                + " i.inhparent FROM up JOIN pg_catalog.pg_inherits i ON i.inhrelid = up.oid JOIN pg_catalog.pg_class c"
                + " ON c.oid = i.inhrelid AND c.relispartition) SELECT oid FROM up) up UNION ALL SELECT dn.oid, false"
                + " FROM (WITH RECURSIVE dn(oid) AS (SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN"
                + " pg_catalog.pg_class c ON c.oid = i.inhrelid AND c.relispartition WHERE i.inhparent = " + oid
                + " UNION"
                + " SELECT i.inhrelid FROM dn JOIN pg_catalog.pg_inherits i ON i.inhparent = dn.oid JOIN"
                + " pg_catalog.pg_class c ON c.oid = i.inhrelid AND c.relispartition) SELECT oid FROM dn) dn";
    }

    private static String uniquesOf(long oid) {
        return "SELECT count(*) FROM pg_catalog.pg_index i WHERE (i.indisunique OR i.indisexclusion) AND i.indrelid = "
                + oid;
    }

    private static String deferredOf(long oid) {
        return "SELECT (SELECT pg_catalog.array_agg(a.attname ORDER BY u.n) FROM pg_catalog.unnest(k.conkey) WITH ORDINALITY"
                + " u(att, n) JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.att) FROM"
                + " pg_catalog.pg_constraint k WHERE k.contype IN ('u', 'p') AND k.condeferrable AND k.conrelid = "
                + oid
                + " ORDER BY k.oid";
    }
}
