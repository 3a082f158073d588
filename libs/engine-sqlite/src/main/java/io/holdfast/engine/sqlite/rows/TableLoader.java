package io.holdfast.engine.sqlite.rows;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.rows.RowSource;
import io.holdfast.engine.sqlite.jdbc.SqliteConnections;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;

/** Writes a table's rows in one transaction. */
public final class TableLoader {
    private static final int LOOK_EVERY = 1024;

    private final TableDescriptor table;

    private final RowInserter inserter;

    private TableLoader(Connection connection, TableDescriptor table) {
        this.table = table;
        this.inserter = new RowInserter(connection, table.name(), table.columns());
    }

    /** All or nothing; fails with TARGET_LOAD_FAILED if it is not as many rows as expected. */
    public static void replace(Connection connection, TableDescriptor table, long expected, RowSource source)
            throws SQLException, IOException, InterruptedException {
        SqliteConnections.run(connection, "BEGIN IMMEDIATE");
        boolean loaded = false;
        TableLoader loader = new TableLoader(connection, table);
        try {
            SqliteConnections.run(connection, "DELETE FROM " + table.name().sql());
            long rows = loader.insert(source);
            if (rows != expected) {
                throw HoldfastException.about(
                        table.name().toString(),
                        FailureCode.TARGET_LOAD_FAILED,
                        "the backup should have " + expected + " rows of " + table.name() + " and has " + rows);
            }
            loader.inserter.close();
            SqliteConnections.run(connection, "COMMIT");
            loaded = true;
        } finally {
            loader.inserter.close();
            if (!loaded) {
                rollback(connection);
            }
        }
    }

    private static void rollback(Connection connection) {
        try {
            SqliteConnections.run(connection, "ROLLBACK");
        } catch (SQLException e) {
            // some failures have rolled back by themselves; what failed before is what counts
        }
    }

    private long insert(RowSource source) throws SQLException, IOException, InterruptedException {
        long rows = 0;
        try (InputStream in = source.open()) {
            RowDecoder row = new RowDecoder(in, table.columns().size());
            while (row.next()) {
                inserter.insert(row);
                rows++;
                if (rows % LOOK_EVERY == 0 && Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        }
        return rows;
    }
}
