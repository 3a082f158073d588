package io.holdfast.engine.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A piece of SQL and the values for its parameters. */
record SqlFragment(String sql, List<String> values) {
    static final SqlFragment TRUE = new SqlFragment("true", List.of());

    SqlFragment {
        values = List.copyOf(values);
    }

    /** Answers how many rows it touched. */
    static long run(Connection connection, String sql, List<String> values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.size(); i++) {
                statement.setString(i + 1, values.get(i));
            }
            statement.execute();
            return Math.max(0, statement.getLargeUpdateCount());
        }
    }

    static long run(Connection connection, String sql) throws SQLException {
        return run(connection, sql, new ArrayList<>());
    }
}
