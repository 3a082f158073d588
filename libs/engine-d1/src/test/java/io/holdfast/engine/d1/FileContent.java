package io.holdfast.engine.d1;

import io.holdfast.engine.model.QualifiedName;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sqlite.SQLiteDataSource;

/** What plain JDBC sees in a SQLite file: every value with its storage class and its bytes. */
final class FileContent {
    private FileContent() {}

    /** Of all tables but those of the platform, also behind virtual tables. */
    static Map<String, List<String>> rows(Path file) {
        Map<String, List<String>> rows = new TreeMap<>();
        try (Connection connection = connect(file)) {
            for (String table : list(
                    connection,
                    "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 AND name NOT GLOB '_cf_*'")) {
                rows.put(table, rows(connection, table));
            }
            return rows;
        } catch (SQLException e) {
            throw new AssertionError(file.toString(), e);
        }
    }

    static List<String> definitions(Path file) {
        try (Connection connection = connect(file)) {
            return list(
                    connection,
                    "SELECT type || ' ' || name || ' ' || tbl_name || ' ' || sql FROM sqlite_schema"
                            + " WHERE sql IS NOT NULL AND name NOT GLOB '_cf_*' ORDER BY type, name");
        } catch (SQLException e) {
            throw new AssertionError(file.toString(), e);
        }
    }

    static List<String> query(Path file, String sql) {
        try (Connection connection = connect(file)) {
            return list(connection, sql);
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    private static Connection connect(Path file) throws SQLException {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + file);
        return source.getConnection();
    }

    private static List<String> list(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        }
    }

    private static List<String> rows(Connection connection, String table) throws SQLException {
        String literal = "'" + table.replace("'", "''") + "'";
        List<String> columns =
                new ArrayList<>(list(connection, "SELECT name FROM pragma_table_xinfo(" + literal + ")"));
        if (list(connection, "SELECT wr FROM pragma_table_list(" + literal + ")")
                .equals(List.of("0"))) {
            columns.add("rowid");
        }
        StringBuilder sql = new StringBuilder("SELECT ");
        for (String column : columns) {
            String quoted = QualifiedName.quote(column);
            sql.append("typeof(" + quoted + "), " + quoted + ", CAST(" + quoted + " AS BLOB), ");
        }
        sql.append("1 FROM " + QualifiedName.quote(table) + " NOT INDEXED");
        try (var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql.toString())) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                StringBuilder row = new StringBuilder();
                for (int i = 0; i < columns.size(); i++) {
                    row.append(value(rows, 3 * i + 1)).append("; ");
                }
                found.add(row.toString());
            }
            return found;
        }
    }

    private static String value(ResultSet rows, int at) throws SQLException {
        String type = rows.getString(at);
        return type + "="
                + switch (type) {
                    case "null" -> "";
                    case "real" -> Long.toHexString(Double.doubleToRawLongBits(rows.getDouble(at + 1)));
                    case "integer" -> rows.getString(at + 1);
                    default -> {
                        byte[] bytes = rows.getBytes(at + 2);
                        yield bytes == null ? "" : HexFormat.of().formatHex(bytes);
                    }
                };
    }
}
