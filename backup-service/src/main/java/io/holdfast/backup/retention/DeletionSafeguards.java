package io.holdfast.backup.retention;

import io.holdfast.backup.configuration.RecordedConfiguration;
import io.holdfast.eventing.config.LiveConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Why this process must not delete at the moment, whatever the policy says: the policy may not be the one that the operator
 * wants, or the time is wrong. Calls block.
 */
@ApplicationScoped
class DeletionSafeguards {
    /** The backups of a clock that is ahead look older than they are. */
    private static final Duration MOST_AHEAD = Duration.ofHours(1);

    private final LiveConfig live;
    private final RecordedConfiguration recorded;
    private final DataSource database;

    DeletionSafeguards(LiveConfig live, RecordedConfiguration recorded, DataSource database) {
        this.live = live;
        this.recorded = recorded;
        this.database = database;
    }

    /** The configuration at the begin of a run, for {@link #objection}; null if there is no file. */
    @Nullable
    String configuration() {
        return live.digest().orElse(null);
    }

    /**
     * Returns why nothing may be deleted; empty if the policy may be applied.
     *
     * @param decidedBy the configuration at the begin of the run
     */
    Optional<String> objection(@Nullable String decidedBy, Instant now) {
        String present = configuration();
        if (present != null && !present.equals(decidedBy)) {
            return Optional.of("holdfast.yaml was changed during this run; the next run applies the new policy");
        }
        if (present != null && recorded.isNewerThan(present, null)) {
            return Optional.of(
                    "a newer holdfast.yaml is in effect in another replica of backup-service; the one of this"
                            + " replica was replaced");
        }
        if (recorded.refusesChange()) {
            return Optional.of(
                    "holdfast.yaml was changed and is refused; correct the file, which may have another policy");
        }
        Instant databaseTime = databaseTime();
        return now.isAfter(databaseTime.plus(MOST_AHEAD))
                ? Optional.of("the clock (" + now + ") is ahead of the clock of the database server (" + databaseTime
                        + "); correct one of them")
                : Optional.empty();
    }

    private Instant databaseTime() {
        try (Connection connection = database.getConnection();
                var select = connection.prepareStatement("select clock_timestamp()");
                var row = select.executeQuery()) {
            if (!row.next()) {
                throw new IllegalStateException("a select without a table has one row");
            }
            return row.getTimestamp(1).toInstant();
        } catch (SQLException e) {
            throw new IllegalStateException("cannot read the database's clock: " + e.getMessage(), e);
        }
    }
}
