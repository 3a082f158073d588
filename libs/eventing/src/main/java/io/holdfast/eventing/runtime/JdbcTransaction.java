package io.holdfast.eventing.runtime;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** A transaction on a connection of the pool. Blocks. */
public final class JdbcTransaction {
    private JdbcTransaction() {}

    /** Statements of one transaction. */
    @FunctionalInterface
    public interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    /**
     * Commits the work, or none of it. The rollback is explicit: a connection that goes back to the pool in the middle of a
     * transaction gets its auto-commit mode back, which commits the transaction.
     *
     * @throws SQLException the outcome is unknown only if the commit itself failed
     */
    public static <T> T run(DataSource database, Work<T> work) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                T result = work.on(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException | Error e) {
                rollback(connection, e);
                throw e;
            }
        }
    }

    private static void rollback(Connection connection, Throwable failure) {
        try {
            connection.rollback();
        } catch (SQLException e) { // the session is gone, and its transaction with it
            failure.addSuppressed(e);
        }
    }
}
