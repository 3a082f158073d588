package io.holdfast.engine.postgres.catalog;

import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What reaches another server when it is read: a copy must not fail, nor change anything there, because of it. */
public final class ForeignTableQueries {
    private static final String PARENTS =
            "WITH RECURSIVE up(oid) AS (SELECT i.inhparent FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c"
                    + " ON c.oid = i.inhrelid WHERE c.relkind = 'f' UNION SELECT i.inhparent FROM"
                    + " pg_catalog.pg_inherits i JOIN up ON up.oid = i.inhrelid) ";
    private static final String VIEWS =
            "WITH RECURSIVE reads(reader, read) AS (SELECT r.ev_class, d.refobjid FROM pg_catalog.pg_rewrite r"
                    + " JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass"
                    + " AND d.objid = r.oid AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass"
                    + " AND d.refobjid <> r.ev_class UNION SELECT i.inhparent, i.inhrelid FROM pg_catalog.pg_inherits i),"
                    + " far(oid) AS (SELECT oid FROM pg_catalog.pg_class WHERE relkind = 'f' UNION SELECT reads.reader"
                    + " FROM reads JOIN far ON far.oid = reads.read) SELECT n.nspname, c.relname FROM far JOIN"
                    + " pg_catalog.pg_class c ON c.oid = far.oid JOIN pg_catalog.pg_namespace n ON n.oid ="
                    + " c.relnamespace WHERE c.relkind = 'm'";

    private ForeignTableQueries() {}

    /** Materialized views that read foreign tables, also through other views and partitions. */
    public static Set<QualifiedName> views(Connection connection) throws SQLException {
        return new HashSet<>(Sql.list(connection, VIEWS, row -> Sql.name(row, 1)));
    }

    public static boolean isParent(Connection connection, QualifiedName table) throws SQLException {
        return !Sql.strings(
                        connection,
                        PARENTS + "SELECT 1 FROM up WHERE oid = " + Sql.literal(table.sql()) + "::pg_catalog.regclass")
                .isEmpty();
    }

    /** @param bytes its own; of one with partitions the most there can be */
    public record Analyzable(QualifiedName name, long bytes) {}

    /**
     * What ANALYZE may look at, the largest first. It looks at a table's partitions by itself: they are named only where
     * the table cannot be, because some of them are foreign.
     */
    public static List<Analyzable> analyzable(Connection connection) throws SQLException {
        return Sql.list(
                connection,
                PARENTS + "SELECT n.nspname, c.relname, CASE c.relkind WHEN 'p' THEN " + Long.MAX_VALUE
                        + " ELSE pg_catalog.pg_relation_size(c.oid) END FROM pg_catalog.pg_class c"
                        + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                        + " WHERE c.relkind IN ('r', 'm', 'p') AND c.relpersistence <> 't'"
                        + " AND NOT EXISTS (SELECT FROM up WHERE up.oid = c.oid)"
                        + " AND NOT (c.relispartition AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits i"
                        + " JOIN up ON up.oid = i.inhparent WHERE i.inhrelid = c.oid)) ORDER BY 3 DESC, 1, 2",
                row -> new Analyzable(Sql.name(row, 1), row.getLong(3)));
    }
}
