package io.holdfast.eventing.jobs;

import io.holdfast.eventing.runtime.JdbcTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The workers' statements on the job table. Time is the database's clock, which all replicas share. */
@ApplicationScoped
class JobTable {
    private static final String LATER = "clock_timestamp() + ? * interval '1 millisecond'";
    private static final String OURS = " where id = ? and epoch = ? and state = 'RUNNING'";

    private final DataSource database;
    private final JobsConfig config;

    JobTable(DataSource database, JobsConfig config) {
        this.database = database;
        this.config = config;
    }

    /**
     * Takes the job that waits longest of those with the highest priority, or one whose worker was not heard of in time. A
     * handler with limits counts the running jobs under an advisory lock, so that two replicas cannot exceed them together.
     */
    @Nullable
    JobClaim claim(JobHandler handler, String owner) throws SQLException {
        boolean limited = handler.totalLimit() > 0 || handler.groupLimit() > 0;
        if (limited) {
            return JdbcTransaction.<Optional<JobClaim>>run(database, connection -> {
                        serialize(connection, handler.kind());
                        return Optional.ofNullable(claim(connection, handler, owner, limits(handler)));
                    })
                    .orElse(null);
        }
        try (Connection connection = database.getConnection()) {
            return claim(connection, handler, owner, "");
        }
    }

    private static void serialize(Connection connection, String kind) throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement(
                "select pg_advisory_xact_lock(hashtextextended(current_schema() || '.claim.' || ?, 0))")) {
            lock.setString(1, kind);
            lock.execute();
        }
    }

    private static String limits(JobHandler handler) {
        String running = " and (select count(*) from job r where r.kind = job.kind and r.state = 'RUNNING'"
                + " and r.lease_until > clock_timestamp()";
        String total = handler.totalLimit() > 0 ? running + ") < " + handler.totalLimit() : "";
        String group = handler.groupLimit() > 0
                ? " and (job_group is null or" + running.substring(" and".length())
                        + " and r.job_group = job.job_group) < " + handler.groupLimit() + ")"
                : "";
        return total + group;
    }

    private @Nullable JobClaim claim(Connection connection, JobHandler handler, String owner, String limits)
            throws SQLException {
        String sql = """
                update job set state = 'RUNNING', epoch = epoch + 1, attempts = attempts + 1, owner = ?, lease_until = %s
                where id = (select id from job
                            where kind = ? and ((state = 'WAITING' and run_after <= clock_timestamp())
                                             or (state = 'RUNNING' and lease_until <= clock_timestamp()))%s
                            order by priority desc, run_after, id limit 1 for update skip locked)
                returning id, kind, subject, epoch, attempts, cancel_requested,
                    cast(extract(epoch from clock_timestamp() - outage_since) * 1000 as bigint), traceparent""".formatted(LATER, limits);
        try (PreparedStatement claim = connection.prepareStatement(sql)) {
            claim.setString(1, owner);
            claim.setLong(2, config.lease().toMillis());
            claim.setString(3, handler.kind());
            try (ResultSet row = claim.executeQuery()) {
                return row.next()
                        ? new JobClaim(
                                row.getObject(1, UUID.class),
                                row.getString(2),
                                row.getString(3),
                                row.getLong(4),
                                row.getInt(5),
                                row.getBoolean(6),
                                waited(row),
                                row.getString(8))
                        : null;
            }
        }
    }

    private static @Nullable Duration waited(ResultSet row) throws SQLException {
        long millis = row.getLong(7);
        return row.wasNull() ? null : Duration.ofMillis(millis);
    }

    /** What a heartbeat found. */
    enum Beat {
        RENEWED,
        /** The row is locked, most likely by the worker's own transaction; still ours. */
        BUSY,
        CANCEL_REQUESTED,
        LOST
    }

    /** Renews one lease on the heartbeat's own connection. Never waits for a row. */
    Beat renew(Connection connection, UUID id, long epoch) throws SQLException {
        String renew = "update job set lease_until = " + LATER + " where id = (select id from job" + OURS
                + " and lease_until > clock_timestamp() for update skip locked) returning cancel_requested";
        try (PreparedStatement statement = connection.prepareStatement(renew)) {
            statement.setLong(1, config.lease().toMillis());
            statement.setObject(2, id);
            statement.setLong(3, epoch);
            try (ResultSet row = statement.executeQuery()) {
                if (row.next()) {
                    return row.getBoolean(1) ? Beat.CANCEL_REQUESTED : Beat.RENEWED;
                }
            }
        }
        return isOurs(connection, id, epoch) ? Beat.BUSY : Beat.LOST;
    }

    private static boolean isOurs(Connection connection, UUID id, long epoch) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select 1 from job" + OURS + " and lease_until > clock_timestamp()")) {
            statement.setObject(1, id);
            statement.setLong(2, epoch);
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    /** Puts a job back because this process stops; that is no fault of the job's, so the attempt does not count. */
    boolean release(UUID id, long epoch) throws SQLException {
        return change(
                "update job set state = 'WAITING', lease_until = null, owner = null, attempts = attempts - 1,"
                        + " run_after = " + LATER + OURS,
                id,
                epoch,
                Duration.ZERO);
    }

    /** Puts a job back to be tried again later. False if it is not ours any more. */
    boolean retry(UUID id, long epoch, Duration backoff) throws SQLException {
        return change(
                "update job set state = 'WAITING', lease_until = null, owner = null, outage_since = null, run_after = "
                        + LATER + OURS,
                id,
                epoch,
                backoff);
    }

    private boolean change(String sql, UUID id, long epoch, Duration delay) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, delay.toMillis());
            statement.setObject(2, id);
            statement.setLong(3, epoch);
            return statement.executeUpdate() == 1;
        }
    }
}
