package io.holdfast.engine.postgres.load;

import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.postgres.catalog.ForeignTableQueries;
import io.holdfast.engine.postgres.copy.CopyInWriter;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.jdbc.SqlErrorTranslator;
import io.holdfast.engine.rows.RowSource;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.postgresql.util.PSQLException;

/** Replaces the rows of one table in one transaction. */
final class TableLoader {
    private TableLoader() {}

    /** @param freeze not if a check may read the table itself: everybody sees frozen rows at once, even this COPY */
    public static long replace(
            Connection connection, TableDescriptor table, long rows, RowSource source, boolean freeze)
            throws SQLException, IOException {
        boolean tree = table.kind() == TableDescriptor.Kind.TREE;
        boolean foreign = tree && ForeignTableQueries.isParent(connection, table.name());
        Sql.run(connection, "BEGIN");
        Sql.run(connection, truncate(table));
        // rows of a table truncated in this transaction may be frozen at once, and need no WAL where wal_level allows
        long loaded = foreign
                ? LocalPartitionLoader.load(connection, table, table.name(), rows, source)
                : copy(connection, table, table.name(), freeze && !tree, rows, source);
        Sql.run(connection, "COMMIT");
        return loaded;
    }

    /**
     * On all connections at once: a server takes in no more on one than one of its processors can. So rows are not frozen, and the
     * table is emptied before; whatever is refused, it is empty afterwards.
     */
    public static long replace(List<Connection> connections, TableDescriptor table, long rows, RowSource source)
            throws SQLException, IOException {
        Sql.run(connections.getFirst(), truncate(table));
        for (Connection connection : connections) {
            Sql.run(connection, "BEGIN");
        }
        long loaded = CopyInWriter.all(connections, from(table.name(), table, false), source);
        CopyInWriter.checkCount(table.name(), rows, loaded);
        for (Connection connection : connections) {
            Sql.run(connection, "COMMIT");
        }
        return loaded;
    }

    static boolean hasKeys(Connection connection, TableDescriptor table) throws SQLException {
        return Sql.one(
                connection,
                "SELECT EXISTS (SELECT FROM pg_catalog.pg_index WHERE (indisunique OR indisexclusion) AND indrelid = "
                        + Sql.literal(table.name().sql()) + "::pg_catalog.regclass)",
                row -> row.getBoolean(1));
    }

    /** Leaf by leaf: a tree's foreign partitions are on a server that is in use. */
    private static String truncate(TableDescriptor table) {
        return table.kind() == TableDescriptor.Kind.TREE
                ? table.parts().stream()
                        .map(leaf -> "TRUNCATE ONLY " + leaf.sql())
                        .collect(Collectors.joining("; "))
                : "TRUNCATE ONLY " + table.name().sql();
    }

    /** Adds a leaf's rows through its root, which finds the right leaf for each. */
    static long throughRoot(
            Connection connection, TableDescriptor table, QualifiedName root, long rows, RowSource source)
            throws SQLException, IOException {
        boolean foreign = ForeignTableQueries.isParent(connection, root);
        Sql.run(connection, "BEGIN");
        long loaded = foreign
                ? LocalPartitionLoader.load(connection, table, root, rows, source)
                : copy(connection, table, root, false, rows, source);
        Sql.run(connection, "COMMIT");
        return loaded;
    }

    private static long copy(
            Connection connection,
            TableDescriptor table,
            QualifiedName into,
            boolean freeze,
            long rows,
            RowSource source)
            throws SQLException, IOException {
        if (table.columns().isEmpty()) {
            Sql.run(
                    connection,
                    "INSERT INTO " + into.sql() + " SELECT FROM pg_catalog.generate_series(1, " + rows + ")");
            return rows;
        }
        long loaded = CopyInWriter.all(connection, from(into, table, freeze), source);
        CopyInWriter.checkCount(table.name(), rows, loaded);
        return loaded;
    }

    private static String from(QualifiedName into, TableDescriptor table, boolean freeze) {
        return "COPY " + into.sql() + " (" + Sql.columns(table.columns()) + ") FROM STDIN"
                + (freeze ? " WITH (FREEZE)" : "");
    }

    /** A row that belongs to another leaf here than where it came from. */
    static boolean refusedByPartition(SQLException e) {
        return SqlErrorTranslator.state(e).equals("23514")
                && e instanceof PSQLException p
                && p.getServerErrorMessage() != null
                && p.getServerErrorMessage().getConstraint() == null;
    }
}
