package io.holdfast.backup.retention;

import io.holdfast.contracts.SourceId;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/** One run at a time for each source, by all replicas together: a lock of the database session, which ends with it. */
@ApplicationScoped
class RetentionLock {
    private static final Logger LOG = Logger.getLogger(RetentionLock.class);
    private static final String KEY = "(hashtextextended('retention ' || current_schema() || ' ' || ?, 0))";

    private final DataSource database;

    RetentionLock(DataSource database) {
        this.database = database;
    }

    /** Blocks while the work lasts. Empty, without any work, if another run of the source is in progress. */
    <T> Optional<T> exclusively(SourceId source, Supplier<T> work) {
        try (Connection connection = database.getConnection()) {
            if (!call(connection, "pg_try_advisory_lock", source)) {
                return Optional.empty();
            }
            try {
                return Optional.of(work.get());
            } finally {
                unlock(connection, source);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("cannot lock the retention of a source: " + e.getMessage(), e);
        }
    }

    private static void unlock(Connection connection, SourceId source) {
        try {
            call(connection, "pg_advisory_unlock", source);
        } catch (SQLException e) { // the session ended, and its lock with it
            LOG.warnf("the retention lock of source %s ended before the run: %s", source, e.getMessage());
        }
    }

    private static boolean call(Connection connection, String function, SourceId source) throws SQLException {
        try (var statement = connection.prepareStatement("select " + function + KEY)) {
            statement.setString(1, source.toString());
            try (var row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }
}
