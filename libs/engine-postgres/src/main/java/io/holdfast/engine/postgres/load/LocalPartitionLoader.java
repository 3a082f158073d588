package io.holdfast.engine.postgres.load;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.postgres.copy.CopyInWriter;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.rows.RowSource;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Loads a partition tree that has foreign partitions: its root would send rows to them too, and so write into a database
 * that is in use. So the rows wait in a temporary table, and each local leaf takes those that are its own here.
 */
final class LocalPartitionLoader {
    private static final String ROWS = "pg_temp.holdfast_rows";

    private LocalPartitionLoader() {}

    private record Leaf(QualifiedName name, String condition) {}

    /** In the caller's transaction. Fails with TARGET_LOAD_FAILED if a row belongs to a foreign partition here. */
    static long load(Connection connection, TableDescriptor table, QualifiedName root, long rows, RowSource source)
            throws SQLException, IOException {
        String columns = Sql.columns(table.columns());
        Sql.run(connection, "CREATE TEMPORARY TABLE holdfast_rows (LIKE " + root.sql() + ") ON COMMIT DROP");
        long waiting = CopyInWriter.all(connection, "COPY " + ROWS + " (" + columns + ") FROM STDIN", source);
        CopyInWriter.checkCount(table.name(), rows, waiting);
        long placed = 0;
        for (Leaf leaf : leaves(connection, root)) {
            placed += Sql.one(
                    connection,
                    "WITH placed AS (INSERT INTO " + leaf.name.sql() + " (" + columns + ") SELECT " + columns + " FROM "
                            + ROWS + " WHERE " + leaf.condition
                            + " RETURNING 1) SELECT pg_catalog.count(*) FROM placed",
                    row -> row.getLong(1));
        }
        if (placed != rows) {
            throw HoldfastException.about(
                    root.toString(),
                    FailureCode.TARGET_LOAD_FAILED,
                    "loading " + root + ": " + (rows - placed) + " rows of " + table.name()
                            + " belong to another partition here than where they came from, to a foreign table that must"
                            + " not be written to; partition it by something that is the same in every database (not by"
                            + " the hash of an enum)");
        }
        return placed;
    }

    private static List<Leaf> leaves(Connection connection, QualifiedName root) throws SQLException {
        return Sql.list(
                connection,
                "SELECT n.nspname, c.relname, coalesce(pg_catalog.pg_get_partition_constraintdef(c.oid), 'true') FROM"
                        + " pg_catalog.pg_partition_tree(" + Sql.literal(root.sql()) + "::pg_catalog.regclass) t JOIN"
                        + " pg_catalog.pg_class c ON c.oid = t.relid JOIN pg_catalog.pg_namespace n ON n.oid ="
                        + " c.relnamespace WHERE t.isleaf AND c.relkind = 'r' ORDER BY 1, 2",
                row -> new Leaf(Sql.name(row, 1), Sql.text(row, 3)));
    }
}
