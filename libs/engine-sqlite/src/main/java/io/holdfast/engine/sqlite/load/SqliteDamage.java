package io.holdfast.engine.sqlite.load;

import io.holdfast.engine.check.Damage;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.sqlite.jdbc.SqliteConnections;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Damages a copy of a file on purpose, for a test of the checks. */
final class SqliteDamage {
    private static final String SEQUENCES = "sqlite_sequence";

    private final Connection connection;
    private final String table;

    private SqliteDamage(Connection connection, String table) {
        this.connection = connection;
        this.table = table;
    }

    /** @return the name of the damaged object, as a comparison names it; empty: nothing can be damaged so */
    static Optional<String> of(Connection connection, Damage damage, String table) throws SQLException {
        SqliteDamage of = new SqliteDamage(connection, table);
        return switch (damage) {
            case VALUE_CHANGED -> of.changed();
            case ROW_REMOVED -> of.removed();
            case ROW_ADDED -> of.added();
            case SEQUENCE_SET_BACK -> of.setBack();
            case INDEX_DROPPED -> of.dropped();
        };
    }

    private record Column(String name, boolean key) {
        String quoted() {
            return QualifiedName.quote(name);
        }
    }

    private Optional<String> changed() throws SQLException {
        for (Column column : columns()) {
            String value = column.quoted();
            String sql = "UPDATE " + SqliteConnections.main(table) + " SET " + value + " = " + other(value) + " WHERE "
                    + value + " = (SELECT " + value + " FROM " + SqliteConnections.main(table) + " WHERE "
                    + other(value) + " IS NOT " + value + " LIMIT 1)";
            if (attempt(sql) > 0) {
                return name(table);
            }
        }
        return Optional.empty();
    }

    /** A value of the same type that differs. */
    private static String other(String value) {
        return "CASE typeof(" + value + ") WHEN 'text' THEN " + value + " || '~' WHEN 'blob' THEN x'00' || " + value
                + " WHEN 'null' THEN NULL ELSE " + value + " + 1 END";
    }

    private Optional<String> removed() throws SQLException {
        List<Column> columns = columns();
        if (columns.isEmpty()) {
            return Optional.empty();
        }
        String same = columns.stream()
                .map(column -> "t." + column.quoted() + " IS f." + column.quoted())
                .collect(Collectors.joining(" AND "));
        String sql =
                "DELETE FROM " + SqliteConnections.main(table) + " AS t WHERE EXISTS (SELECT 1 FROM (SELECT * FROM "
                        + SqliteConnections.main(table) + " LIMIT 1) f WHERE " + same + ")";
        return attempt(sql) > 0 ? name(table) : Optional.empty();
    }

    private Optional<String> added() throws SQLException {
        List<Column> columns = columns();
        String names = columns.stream().map(Column::quoted).collect(Collectors.joining(", "));
        String values = columns.stream()
                .map(column -> column.key()
                        ? "CASE typeof(" + column.quoted() + ") WHEN 'integer' THEN (SELECT max(" + column.quoted()
                                + ") + 1 FROM " + SqliteConnections.main(table) + ") ELSE " + other(column.quoted())
                                + " END"
                        : column.quoted())
                .collect(Collectors.joining(", "));
        String sql = "INSERT INTO " + SqliteConnections.main(table) + " (" + names + ") SELECT " + values + " FROM "
                + SqliteConnections.main(table) + " LIMIT 1";
        return !columns.isEmpty() && attempt(sql) == 1 ? name(table) : Optional.empty();
    }

    /** The counter of AUTOINCREMENT is a row of a table. */
    private Optional<String> setBack() throws SQLException {
        boolean there = !SqliteConnections.list(
                        connection, "SELECT 1 FROM main.sqlite_schema WHERE name = ?", row -> 1, SEQUENCES)
                .isEmpty();
        String sql = "UPDATE main.sqlite_sequence SET seq = seq - 1 WHERE rowid = (SELECT min(rowid) FROM"
                + " main.sqlite_sequence WHERE seq > 0)";
        return there && attempt(sql) == 1 ? name(SEQUENCES) : Optional.empty();
    }

    private Optional<String> dropped() throws SQLException {
        List<String> indexes = SqliteConnections.list(
                connection,
                "SELECT name FROM main.sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name",
                row -> row.getString(1));
        for (String index : indexes) {
            try {
                SqliteConnections.run(connection, "DROP INDEX " + SqliteConnections.main(index));
                return Optional.of(index);
            } catch (SQLException refused) {
                // the next one
            }
        }
        return Optional.empty();
    }

    /** Columns with values of their own; those of the primary key and of unique indexes are keys. */
    private List<Column> columns() throws SQLException {
        List<String> unique = SqliteConnections.list(
                connection,
                "SELECT DISTINCT c.name FROM pragma_index_list(?) l, pragma_index_info(l.name) c WHERE l.\"unique\" = 1",
                row -> row.getString(1),
                table);
        return new ArrayList<>(SqliteConnections.list(
                connection,
                "SELECT name, pk > 0 FROM pragma_table_xinfo(?, 'main') WHERE hidden = 0 ORDER BY pk > 0, cid",
                row -> new Column(row.getString(1), row.getBoolean(2) || unique.contains(row.getString(1))),
                table));
    }

    /** @return rows; 0 where SQLite refuses it */
    private int attempt(String sql) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            return statement.executeUpdate();
        } catch (SQLException refused) {
            return 0;
        }
    }

    private static Optional<String> name(String table) {
        return Optional.of(new QualifiedName("main", table).toString());
    }
}
