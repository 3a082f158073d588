package io.holdfast.eventing.runtime;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

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
     * @throws SQLException the outcome is unknown only if the commit itself failed; also where the driver throws an
     *     AssertionError because the session is gone, as pgjdbc does in a batch
     */
    public static <T> T run(DataSource database, Work<T> work) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                T result = work.on(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                SQLException lost = rollback(connection);
                if (lost != null) {
                    e.addSuppressed(lost);
                }
                throw e;
            } catch (Error e) {
                SQLException lost = rollback(connection);
                if (lost != null) {
                    lost.addSuppressed(e);
                    throw lost;
                }
                throw e;
            }
        }
    }

    /** Returns the failure of a rollback: the session is gone, and its transaction with it. */
    private static @Nullable SQLException rollback(Connection connection) {
        try {
            connection.rollback();
            return null;
        } catch (SQLException e) {
            return e;
        }
    }
}
