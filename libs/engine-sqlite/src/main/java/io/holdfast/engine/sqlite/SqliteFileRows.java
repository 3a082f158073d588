package io.holdfast.engine.sqlite;

import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.sqlite.jdbc.SqliteConnections;
import io.holdfast.engine.sqlite.jdbc.SqliteErrorTranslator;
import io.holdfast.engine.sqlite.schema.SqliteCatalog;
import io.holdfast.engine.sqlite.schema.SqliteSchemaDump;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A file that nobody writes to, as a program has to write it anew through SQL: without the tables behind virtual ones. One thread;
 * to be closed. Fails with TARGET_CONNECTION_LOST or TARGET_LOAD_FAILED if the file cannot be read.
 */
public final class SqliteFileRows implements AutoCloseable {
    private final Path file;
    private final Connection connection;
    private final List<SqliteSchemaDump.Entry> entries;

    private SqliteFileRows(Path file, Connection connection) throws SQLException {
        this.file = file;
        this.connection = connection;
        List<SqliteSchemaDump.Entry> all =
                new SqliteCatalog(connection).schema("delete").entries();
        Set<String> shadows = SearchTables.shadows(all);
        this.entries =
                all.stream().filter(entry -> !shadows.contains(entry.table())).toList();
    }

    public static SqliteFileRows open(Path file) {
        Connection connection = null;
        try {
            connection = SqliteConnections.still(file);
            return new SqliteFileRows(file, connection);
        } catch (SQLException e) {
            SqliteConnections.close(connection);
            throw SqliteErrorTranslator.target(file, "reading", e);
        }
    }

    /** In their order, also those of SQLite's own tables. */
    public List<SqliteReplica.Definition> definitions() {
        return entries.stream()
                .map(entry -> new SqliteReplica.Definition(entry.type(), entry.name(), entry.table(), entry.sql()))
                .toList();
    }

    /** Tables with rows of their own. Fails with SOURCE_UNSUPPORTED on a virtual table whose rows cannot be read. */
    public List<SqliteReplica.Table> tables() {
        try {
            SqliteCatalog catalog = new SqliteCatalog(connection);
            List<SqliteReplica.Table> tables = new ArrayList<>();
            for (SqliteSchemaDump.Entry entry : entries) {
                if (entry.ordinaryTable()) {
                    tables.add(new SqliteReplica.Table(
                            entry.name(), catalog.columns(entry.name()), catalog.key(entry.name())));
                } else if (entry.virtual()) {
                    SearchTables.refuseUnreadable(entry);
                    if (SearchTables.hasRows(entry)) {
                        List<String> columns = new ArrayList<>(List.of("rowid"));
                        columns.addAll(catalog.virtualColumns(entry.name()));
                        tables.add(new SqliteReplica.Table(entry.name(), columns, List.of("rowid")));
                    }
                }
            }
            return tables;
        } catch (SQLException e) {
            throw SqliteErrorTranslator.target(file, "reading the catalog", e);
        }
    }

    /** Search indexes of other tables' rows, which are built from these. */
    public List<String> indexesOfOtherRows() {
        return entries.stream()
                .filter(entry -> entry.virtual() && SearchTables.isOfOtherRows(entry))
                .map(SqliteSchemaDump.Entry::name)
                .toList();
    }

    /** The tables to which a table's foreign keys refer, in lower case. */
    public Set<String> parents(String table) {
        try {
            return SqliteConnections.list(
                            connection,
                            "SELECT \"table\" FROM pragma_foreign_key_list(?, 'main')",
                            row -> row.getString(1),
                            table)
                    .stream()
                    .map(name -> name.toLowerCase(Locale.ROOT))
                    .collect(Collectors.toCollection(HashSet::new));
        } catch (SQLException e) {
            throw SqliteErrorTranslator.target(file, "reading foreign keys", e);
        }
    }

    /** Takes a row, which is used again for the next. */
    @FunctionalInterface
    public interface RowTaker {
        void take(SqliteRow row);
    }

    /** All rows of a table in the order in which they are stored. */
    public void rows(SqliteReplica.Table table, RowTaker taker) {
        StringBuilder sql = new StringBuilder("SELECT ");
        for (String column : table.columns()) {
            String c = QualifiedName.quote(column);
            sql.append("typeof(" + c + "), CASE typeof(" + c + ") WHEN 'text' THEN CAST(" + c + " AS BLOB) ELSE " + c
                    + " END, ");
        }
        sql.append("1 FROM " + SqliteConnections.main(table.name()));
        if (!table.key().isEmpty()) {
            sql.append(
                    table.key().stream().map(QualifiedName::quote).collect(Collectors.joining(", ", " ORDER BY ", "")));
        }
        SqliteRow row = new SqliteRow(table.columns().size());
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql.toString())) {
            while (rows.next()) {
                fill(row, rows, table.columns().size());
                taker.take(row);
            }
        } catch (SQLException e) {
            throw SqliteErrorTranslator.target(file, "reading " + table.name(), e);
        }
    }

    private static void fill(SqliteRow row, ResultSet rows, int columns) throws SQLException {
        row.clear();
        for (int i = 0; i < columns; i++) {
            int value = 2 * i + 2;
            switch (rows.getString(2 * i + 1)) {
                case "integer" -> row.integer(i, rows.getLong(value));
                case "real" -> row.real(i, rows.getDouble(value));
                case "text" -> row.text(i, bytes(rows, value));
                case "blob" -> row.blob(i, bytes(rows, value));
                default -> {}
            }
        }
    }

    private static byte[] bytes(ResultSet rows, int column) throws SQLException {
        byte[] bytes = rows.getBytes(column);
        return bytes == null ? new byte[0] : bytes;
    }

    @Override
    public void close() {
        SqliteConnections.close(connection);
    }
}
