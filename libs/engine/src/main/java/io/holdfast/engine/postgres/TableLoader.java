package io.holdfast.engine.postgres;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.engine.QualifiedName;
import io.holdfast.engine.RowSource;
import io.holdfast.engine.TableShape;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.util.PSQLException;

/** Replaces the rows of one table in one transaction. */
final class TableLoader {
    private static final int BLOCK = 64 * 1024;

    private TableLoader() {}

    static long replace(Connection connection, TableShape table, long rows, RowSource source)
            throws SQLException, IOException {
        boolean tree = table.kind() == TableShape.Kind.TREE;
        Sql.run(connection, "BEGIN");
        Sql.run(connection, "TRUNCATE " + (tree ? "" : "ONLY ") + table.name().sql());
        // rows of a table truncated in this transaction may be frozen at once, and need no WAL where wal_level allows
        long loaded = copy(connection, table, table.name(), !tree, rows, source);
        Sql.run(connection, "COMMIT");
        return loaded;
    }

    /** Adds a leaf's rows through its root, which finds the right leaf for each. */
    static long throughRoot(Connection connection, TableShape table, QualifiedName root, long rows, RowSource source)
            throws SQLException, IOException {
        Sql.run(connection, "BEGIN");
        long loaded = copy(connection, table, root, false, rows, source);
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
        CopyIn copy = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("COPY " + into.sql() + " (" + Sql.columns(table.columns()) + ") FROM STDIN"
                        + (freeze ? " WITH (FREEZE)" : ""));
        byte[] block = new byte[BLOCK];
        try (InputStream in = source.open()) {
            for (int length = in.read(block); length >= 0; length = in.read(block)) {
                copy.writeToCopy(block, 0, length);
            }
        } catch (IOException | RuntimeException e) {
            copy.cancelCopy();
            throw e;
        }
        long loaded = copy.endCopy();
        if (loaded != rows) {
            throw Failure.about(
                    table.name().toString(),
                    FailureCode.TARGET_LOAD_FAILED,
                    "loading " + table.name() + ": " + loaded + " rows came where the backup says " + rows
                            + "; the rows given are not the table's, nothing of it was kept");
        }
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
