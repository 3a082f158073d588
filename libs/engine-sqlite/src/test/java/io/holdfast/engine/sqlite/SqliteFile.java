package io.holdfast.engine.sqlite;

import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.sqlite.jdbc.SqliteConnections;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A database file as an application uses it, and its content as plain JDBC sees it. */
public final class SqliteFile {
    private SqliteFile() {}

    public static Connection connect(Path file) {
        try {
            return DriverManager.getConnection("jdbc:sqlite:" + SqliteConnections.uri(file, "mode=rwc"));
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    public static Path create(Path file, String... statements) {
        run(file, statements);
        return file;
    }

    public static void run(Path file, String... statements) {
        try (Connection connection = connect(file)) {
            run(connection, statements);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    public static void run(Connection connection, String... statements) {
        for (String sql : statements) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                throw new AssertionError(sql, e);
            }
        }
    }

    public static List<String> query(Path file, String sql) {
        try (Connection connection = connect(file);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(String.valueOf(rows.getString(1)));
            }
            return found;
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    /** Every value of every table with its storage class; texts and blobs as hex, reals as bits. */
    public static Map<String, List<String>> content(Path file) {
        Map<String, List<String>> content = new TreeMap<>();
        for (String table : query(file, "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0")) {
            content.put(table, rows(file, table));
        }
        return content;
    }

    private static List<String> rows(Path file, String table) {
        List<String> columns =
                new ArrayList<>(query(file, "SELECT name FROM pragma_table_xinfo('" + table.replace("'", "''") + "')"));
        if (query(file, "SELECT wr FROM pragma_table_list('" + table.replace("'", "''") + "')")
                .equals(List.of("0"))) {
            columns.add("rowid");
        }
        try (Connection connection = connect(file);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql(table, columns))) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                StringBuilder row = new StringBuilder();
                for (int i = 0; i < columns.size(); i++) {
                    String type = rows.getString(3 * i + 1);
                    row.append(type)
                            .append('=')
                            .append(
                                    switch (type) {
                                        case "real" ->
                                            Long.toHexString(Double.doubleToRawLongBits(rows.getDouble(3 * i + 2)));
                                        case "null" -> "";
                                        default -> rows.getString(3 * i + 3);
                                    });
                    row.append(';');
                }
                found.add(row.toString());
            }
            return found;
        } catch (SQLException e) {
            throw new AssertionError(table, e);
        }
    }

    private static String sql(String table, List<String> columns) {
        List<String> terms = new ArrayList<>();
        for (String column : columns) {
            String quoted = QualifiedName.quote(column);
            terms.add("typeof(" + quoted + "), " + quoted + ", hex(CAST(" + quoted + " AS BLOB))");
        }
        return "SELECT " + String.join(", ", terms) + " FROM " + QualifiedName.quote(table) + " NOT INDEXED";
    }

    /** The definitions in their order, and what else the file says of itself. */
    public static List<String> definitions(Path file) {
        List<String> definitions = new ArrayList<>(query(
                file,
                "SELECT type || ' ' || name || ' ' || tbl_name || ' ' || coalesce(sql, '') FROM sqlite_schema"
                        + " ORDER BY type, name"));
        for (String pragma :
                List.of("page_size", "encoding", "auto_vacuum", "journal_mode", "user_version", "application_id")) {
            definitions.add(pragma + " " + query(file, "PRAGMA " + pragma).getFirst());
        }
        return definitions;
    }
}
