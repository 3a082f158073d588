package io.holdfast.backup.api;

import io.holdfast.contracts.SourceId;
import io.holdfast.eventing.runtime.JdbcTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.util.function.Supplier;
import javax.sql.DataSource;

/** One deletion by hand at a time for each source, by all replicas together. */
@ApplicationScoped
class DeletionLock {
    private static final String LOCK =
            "select pg_advisory_xact_lock(hashtextextended('deletion ' || current_schema() || ' ' || ?, 0))";

    private final DataSource database;

    DeletionLock(DataSource database) {
        this.database = database;
    }

    /** Does the work while no other deletion of the source is in progress. Blocks. */
    <T> T exclusively(SourceId source, Supplier<T> work) {
        try {
            return JdbcTransaction.run(database, connection -> {
                try (var lock = connection.prepareStatement(LOCK)) {
                    lock.setString(1, source.toString());
                    lock.execute();
                }
                return work.get();
            });
        } catch (SQLException e) {
            throw new IllegalStateException("cannot lock the deletions of a source: " + e.getMessage(), e);
        }
    }
}
