package io.holdfast.restore.saga;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/** The job table as it is. */
@Singleton
public class JobRows {
    private final DataSource database;

    JobRows(DataSource database) {
        this.database = database;
    }

    /** As if its worker had not been heard of for too long. */
    void expireLease(String subject) {
        assertThat(change(
                        "update job set lease_until = clock_timestamp() where subject = ? and state = 'RUNNING'",
                        subject))
                .isEqualTo(1);
    }

    /** As if its time had come. */
    void dueNow(String subject) {
        assertThat(hurry(subject)).isEqualTo(1);
    }

    /** As if its time had come, if it waits. */
    int hurry(String subject) {
        return change("update job set run_after = clock_timestamp() where subject = ? and state = 'WAITING'", subject);
    }

    /** How many jobs of this subject are not over. */
    public long open(String subject) {
        return one("select count(*) from job where subject = ? and state in ('WAITING', 'RUNNING')", subject);
    }

    /** Whether it was worked on, and waits for a while now. */
    boolean postponed(String subject) {
        return one(
                        "select count(*) from job where subject = ? and state = 'WAITING' and epoch > 0"
                                + " and run_after > clock_timestamp()",
                        subject)
                > 0;
    }

    /** As if the step that a restore is in had begun earlier. */
    public void lasting(String restore, Duration time) {
        int changed = change(
                "update restore_step set started_at = started_at - interval '" + time.toSeconds()
                        + " s' where ended_at is null and restore_id = cast(? as uuid)",
                restore);
        assertThat(changed).isEqualTo(1);
    }

    /** As if the restores of a source had ended earlier. */
    void restoresEndedEarlier(String source, Duration time) {
        change(
                "update restore set ended_at = ended_at - interval '" + time.toSeconds()
                        + " s', version = version + 1 where ended_at is not null and source_name = ?",
                source);
    }

    /** As if a restored database had been watched since earlier, and looked at last soon after that. */
    void watchedSince(String restore, Duration earlier) {
        String shifted = "to_jsonb(to_char(((watch::jsonb ->> '%1$s')::timestamptz - interval '" + earlier.toSeconds()
                + " s') at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'))";
        int changed = change(
                "update restore set watch = (watch::jsonb || jsonb_build_object('since', " + shifted.formatted("since")
                        + ", 'lastAt', " + shifted.formatted("lastAt") + "))::text where id = cast(? as uuid)",
                restore);
        assertThat(changed).isEqualTo(1);
    }

    /** As a worker does that finds the hold over at this moment. */
    void keepNoLonger(String restore) {
        change("update restore set kept_until = null, version = version + 1 where id = cast(? as uuid)", restore);
    }

    private int change(String sql, String subject) {
        try (Connection connection = database.getConnection();
                PreparedStatement update = connection.prepareStatement(sql)) {
            update.setString(1, subject);
            return update.executeUpdate();
        } catch (SQLException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    private long one(String sql, String subject) {
        try (Connection connection = database.getConnection();
                PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, subject);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        } catch (SQLException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    /** How often a worker has taken up what is to be done about it. */
    long epoch(String subject) {
        return one("select coalesce(sum(epoch), 0)::bigint from job where subject = ?", subject);
    }
}
