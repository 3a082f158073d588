package io.holdfast.engine.sqlite.rows;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.rows.RowSource;
import io.holdfast.engine.sqlite.jdbc.SqliteConnections;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes a table's rows in one transaction. */
public final class TableLoader {
    /** Most tables' rows are of a few shapes; one whose rows are of many prepares its statements again. */
    private static final int KEPT = 32;

    private static final int LOOK_EVERY = 1024;

    private final Connection connection;
    private final TableDescriptor table;

    /** By which of the columns are texts: these are bound as bytes, so that nothing of them is lost, and cast. */
    private final Map<String, PreparedStatement> inserts = new LinkedHashMap<>(KEPT, 0.75f, true);

    private TableLoader(Connection connection, TableDescriptor table) {
        this.connection = connection;
        this.table = table;
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
            loader.close();
            SqliteConnections.run(connection, "COMMIT");
            loaded = true;
        } finally {
            loader.close();
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
                insert(row);
                rows++;
                if (rows % LOOK_EVERY == 0 && Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        }
        return rows;
    }

    private void insert(RowDecoder row) throws SQLException {
        int columns = table.columns().size();
        char[] kinds = new char[columns];
        for (int i = 0; i < columns; i++) {
            kinds[i] = row.kind(i) == RowEncoder.TEXT ? RowEncoder.TEXT : RowEncoder.BLOB;
        }
        PreparedStatement statement = statement(new String(kinds));
        for (int i = 0; i < columns; i++) {
            switch (row.kind(i)) {
                case RowEncoder.INTEGER -> statement.setLong(i + 1, row.integer(i));
                case RowEncoder.REAL -> statement.setDouble(i + 1, row.real(i));
                case RowEncoder.TEXT, RowEncoder.BLOB -> statement.setBytes(i + 1, row.bytes(i));
                default -> statement.setObject(i + 1, null);
            }
        }
        statement.executeUpdate();
    }

    private PreparedStatement statement(String kinds) throws SQLException {
        PreparedStatement known = inserts.get(kinds);
        if (known != null) {
            return known;
        }
        if (inserts.size() == KEPT) {
            var eldest = inserts.values().iterator();
            eldest.next().close();
            eldest.remove();
        }
        PreparedStatement prepared = connection.prepareStatement(sql(kinds));
        inserts.put(kinds, prepared);
        return prepared;
    }

    private String sql(String kinds) {
        List<String> columns =
                table.columns().stream().map(QualifiedName::quote).toList();
        String values = IntStream.range(0, columns.size())
                .mapToObj(i -> kinds.charAt(i) == RowEncoder.TEXT ? "CAST(? AS TEXT)" : "?")
                .collect(Collectors.joining(", "));
        return "INSERT INTO " + table.name().sql() + " (" + String.join(", ", columns) + ") VALUES (" + values + ")";
    }

    private void close() throws SQLException {
        for (PreparedStatement statement : inserts.values()) {
            statement.close();
        }
        inserts.clear();
    }
}
