package io.holdfast.engine.postgres;

import io.holdfast.engine.QualifiedName;
import io.holdfast.engine.RowSource;
import io.holdfast.engine.TableShape;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.stream.Collectors;
import org.postgresql.util.PSQLException;

/** Replaces the rows of one table in one transaction. */
final class TableLoader {
    private TableLoader() {}

    /** @param freeze not if a check may read the table itself: everybody sees frozen rows at once, even this COPY */
    static long replace(Connection connection, TableShape table, long rows, RowSource source, boolean freeze)
            throws SQLException, IOException {
        boolean tree = table.kind() == TableShape.Kind.TREE;
        boolean foreign = tree && ForeignReads.isParent(connection, table.name());
        Sql.run(connection, "BEGIN");
        Sql.run(connection, truncate(table));
        // rows of a table truncated in this transaction may be frozen at once, and need no WAL where wal_level allows
        long loaded = foreign
                ? LocalLeaves.load(connection, table, table.name(), rows, source)
                : copy(connection, table, table.name(), freeze && !tree, rows, source);
        Sql.run(connection, "COMMIT");
        return loaded;
    }

    /** Leaf by leaf: a tree's foreign partitions are on a server that is in use. */
    private static String truncate(TableShape table) {
        return table.kind() == TableShape.Kind.TREE
                ? table.parts().stream()
                        .map(leaf -> "TRUNCATE ONLY " + leaf.sql())
                        .collect(Collectors.joining("; "))
                : "TRUNCATE ONLY " + table.name().sql();
    }

    /** Adds a leaf's rows through its root, which finds the right leaf for each. */
    static long throughRoot(Connection connection, TableShape table, QualifiedName root, long rows, RowSource source)
            throws SQLException, IOException {
        boolean foreign = ForeignReads.isParent(connection, root);
        Sql.run(connection, "BEGIN");
        long loaded = foreign
                ? LocalLeaves.load(connection, table, root, rows, source)
                : copy(connection, table, root, false, rows, source);
        Sql.run(connection, "COMMIT");
        return loaded;
    }

    private static long copy(
            Connection connection, TableShape table, QualifiedName into, boolean freeze, long rows, RowSource source)
            throws SQLException, IOException {
        if (table.columns().isEmpty()) {
            Sql.run(
                    connection,
                    "INSERT INTO " + into.sql() + " SELECT FROM pg_catalog.generate_series(1, " + rows + ")");
            return rows;
        }
        String sql = "COPY " + into.sql() + " (" + Sql.columns(table.columns()) + ") FROM STDIN"
                + (freeze ? " WITH (FREEZE)" : "");
        long loaded = CopyingIn.all(connection, sql, source);
        CopyingIn.checkCount(table.name(), rows, loaded);
        return loaded;
    }

    /** A row that belongs to another leaf here than where it came from. */
    static boolean refusedByPartition(SQLException e) {
        return Failures.state(e).equals("23514")
                && e instanceof PSQLException p
                && p.getServerErrorMessage() != null
                && p.getServerErrorMessage().getConstraint() == null;
    }
}
