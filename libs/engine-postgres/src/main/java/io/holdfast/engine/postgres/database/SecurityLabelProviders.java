package io.holdfast.engine.postgres.database;

import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.jdbc.SqlErrorTranslator;
import java.sql.Connection;
import java.sql.SQLException;

/** Those who understand security labels. */
public final class SecurityLabelProviders {
    private SecurityLabelProviders() {}

    /** No catalog lists them: one that is not loaded is refused before anything else about a label is looked at. */
    public static boolean isLoaded(Connection connection, String provider) throws SQLException {
        String database = Sql.one(connection, "SELECT pg_catalog.current_database()", row -> Sql.text(row, 1));
        Sql.run(connection, "BEGIN");
        try {
            Sql.run(
                    connection,
                    "SECURITY LABEL FOR " + QualifiedName.quote(provider) + " ON DATABASE "
                            + QualifiedName.quote(database) + " IS NULL");
            return true;
        } catch (SQLException e) {
            if (SqlErrorTranslator.connectionLost(e)) {
                throw e;
            }
            return !(SqlErrorTranslator.state(e).equals("22023") && saysNotLoaded(e));
        } finally {
            Sql.run(connection, "ROLLBACK");
        }
    }

    private static boolean saysNotLoaded(SQLException e) {
        String message = e.getMessage();
        return message != null && (message.contains("is not loaded") || message.contains("have been loaded"));
    }
}
