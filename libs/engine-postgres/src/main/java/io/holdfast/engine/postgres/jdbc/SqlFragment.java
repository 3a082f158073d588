package io.holdfast.engine.postgres.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A piece of SQL and the values for its parameters. */
public record SqlFragment(String sql, List<String> values) {
    public static final SqlFragment TRUE = new SqlFragment("true", List.of());

    public SqlFragment {
        values = List.copyOf(values);
    }

    /** Answers how many rows it touched. */
    public static long run(Connection connection, String sql, List<String> values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.size(); i++) {
                statement.setString(i + 1, values.get(i));
            }
            statement.execute();
            return Math.max(0, statement.getLargeUpdateCount());
        }
    }

    public static long run(Connection connection, String sql) throws SQLException {
        return run(connection, sql, new ArrayList<>());
    }
}
