package io.holdfast.engine.postgres.check;

import io.holdfast.engine.postgres.jdbc.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** What the program pg_amcheck asks: the functions of the extension amcheck, of each table and each B-tree index. */
final class StructureQueries {
    private static final int MOST = 20;
    private static final int FIRST_WITH_TABLES = 14;

    private StructureQueries() {}

    /** @param schema of the extension, quoted */
    static List<String> damagedPages(Connection connection, String schema) throws SQLException {
        return connection.getMetaData().getDatabaseMajorVersion() < FIRST_WITH_TABLES
                ? List.of()
                : Sql.strings(connection, """
                SELECT pg_catalog.format('%%s, page %%s: %%s', c.oid::pg_catalog.regclass, v.blkno, v.msg)
                FROM pg_catalog.pg_class c JOIN pg_catalog.pg_am m ON m.oid = c.relam AND m.amname = 'heap',
                     LATERAL %s.verify_heapam(c.oid) v
                WHERE c.relkind IN ('r', 'm') AND c.relpersistence = 'p'
                LIMIT %d""".formatted(schema, MOST));
    }

    /**
     * Fails with an SQLSTATE of class XX at the first index that is damaged or lacks an entry of its table.
     *
     * @param schema of the extension, quoted
     * @return how many indexes were examined
     */
    static long examineIndexes(Connection connection, String schema) throws SQLException {
        return Sql.one(connection, """
                SELECT pg_catalog.count(%s.bt_index_check(i.indexrelid, true)::pg_catalog.text)
                FROM pg_catalog.pg_index i
                JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid AND c.relkind = 'i' AND c.relpersistence = 'p'
                JOIN pg_catalog.pg_am m ON m.oid = c.relam AND m.amname = 'btree'
                WHERE i.indisvalid AND i.indisready""".formatted(schema), row -> row.getLong(1));
    }
}
