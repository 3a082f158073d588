package io.holdfast.engine.sqlite.rows;

import io.holdfast.engine.model.QualifiedName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Inserts rows into one table, each value with its storage class. */
public final class RowInserter implements AutoCloseable {
    /** Most tables' rows are of a few shapes; one whose rows are of many prepares its statements again. */
    private static final int KEPT = 32;

    private final Connection connection;
    private final QualifiedName table;
    private final List<String> columns;

    /** By which of the columns are texts: these are bound as bytes, so that nothing of them is lost, and cast. */
    private final Map<String, PreparedStatement> inserts = new LinkedHashMap<>(KEPT, 0.75f, true);

    public RowInserter(Connection connection, QualifiedName table, List<String> columns) {
        this.connection = connection;
        this.table = table;
        this.columns = List.copyOf(columns);
    }

    public void insert(RowValues row) throws SQLException {
        char[] kinds = new char[columns.size()];
        for (int i = 0; i < kinds.length; i++) {
            kinds[i] = row.kind(i) == RowEncoder.TEXT ? RowEncoder.TEXT : RowEncoder.BLOB;
        }
        PreparedStatement statement = statement(new String(kinds));
        for (int i = 0; i < kinds.length; i++) {
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
        String names = columns.stream().map(QualifiedName::quote).collect(Collectors.joining(", "));
        String values = IntStream.range(0, columns.size())
                .mapToObj(i -> kinds.charAt(i) == RowEncoder.TEXT ? "CAST(? AS TEXT)" : "?")
                .collect(Collectors.joining(", "));
        return "INSERT INTO " + table.sql() + " (" + names + ") VALUES (" + values + ")";
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement statement : inserts.values()) {
            statement.close();
        }
        inserts.clear();
    }
}
