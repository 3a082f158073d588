package io.holdfast.engine.postgres.jdbc;

import io.holdfast.engine.model.QualifiedName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Plain statements on a connection. */
public final class Sql {
    private Sql() {}

    @FunctionalInterface
    public interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }

    public static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    public static <T> List<T> list(Connection connection, String sql, Row<T> mapper) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<T> found = new ArrayList<>();
            while (rows.next()) {
                found.add(mapper.of(rows));
            }
            return found;
        }
    }

    public static List<String> strings(Connection connection, String sql) throws SQLException {
        return list(connection, sql, row -> text(row, 1));
    }

    public static <T> T one(Connection connection, String sql, Row<T> mapper) throws SQLException {
        List<T> rows = list(connection, sql, mapper);
        if (rows.size() != 1) {
            throw new SQLException("expected one row, got " + rows.size(), "XX000");
        }
        return rows.get(0);
    }

    /** A column that is never null. */
    public static String text(ResultSet row, int column) throws SQLException {
        String value = row.getString(column);
        if (value == null) {
            throw new SQLException("column " + column + " is null", "XX000");
        }
        return value;
    }

    public static QualifiedName name(ResultSet row, int column) throws SQLException {
        return new QualifiedName(text(row, column), text(row, column + 1));
    }

    /** A string literal, whatever standard_conforming_strings says. */
    public static String literal(@Nullable String value) {
        if (value == null) {
            return "NULL";
        }
        String quoted = "'" + value.replace("'", "''").replace("\\", "\\\\") + "'";
        return value.indexOf('\\') < 0 ? quoted : " E" + quoted;
    }

    public static String literals(Collection<String> values) {
        return values.stream().map(Sql::literal).collect(Collectors.joining(", "));
    }

    public static String columns(Collection<String> names) {
        return names.stream().map(QualifiedName::quote).collect(Collectors.joining(", "));
    }
}
