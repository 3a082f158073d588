package io.holdfast.eventing.jobs;

import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import javax.sql.DataSource;

/** The rows of jobs that come round: one of a kind, whose id is of its name, however many replicas start at once. */
@ApplicationScoped
public class RecurringJobStore {
    private static final String SUBJECT = "recurring";

    private final DataSource database;

    RecurringJobStore(DataSource database) {
        this.database = database;
    }

    /** One that waits is done now; one that ended, such as by a cancellation, begins again; one that runs goes on. */
    void due(String kind) {
        String sql = """
                insert into job (id, kind, subject) values (?, ?, ?)
                on conflict (id) do update
                set state = 'WAITING', run_after = clock_timestamp(), attempts = 0, cancel_requested = false,
                    failure = null, ended_at = null
                where job.state <> 'RUNNING'""";
        insert(sql, kind);
    }

    /**
     * One that waits goes on waiting for its time, but for no longer than {@code every}: an interval that the configuration
     * shortened counts from this start.
     */
    void known(String kind, Duration every) {
        String sql = """
                insert into job (id, kind, subject) values (?, ?, ?)
                on conflict (id) do update
                set state = 'WAITING', run_after = case when job.state = 'WAITING'
                        then least(job.run_after, clock_timestamp() + %d * interval '1 millisecond')
                        else clock_timestamp() end,
                    attempts = 0, cancel_requested = false, failure = null, ended_at = null
                where job.state <> 'RUNNING'""".formatted(every.toMillis());
        insert(sql, kind);
    }

    /**
     * Keeps one job of this kind and subject: one that waits or runs goes on, and one that ended begins again. For work
     * that lasts, such as a stream. Blocks.
     */
    public void keep(String kind, String subject) {
        String sql = """
                insert into job (id, kind, subject) values (?, ?, ?)
                on conflict (id) do update
                set state = 'WAITING', run_after = clock_timestamp(), attempts = 0, cancel_requested = false,
                    failure = null, ended_at = null
                where job.state not in ('WAITING', 'RUNNING')""";
        insert(sql, kind, subject);
    }

    private void insert(String sql, String kind) {
        insert(sql, kind, SUBJECT);
    }

    private void insert(String sql, String kind, String subject) {
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement(sql)) {
            String name = SUBJECT + " " + kind + (subject.equals(SUBJECT) ? "" : " " + subject);
            insert.setObject(1, UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)));
            insert.setString(2, kind);
            insert.setString(3, subject);
            insert.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException("the job \"" + kind + "\" cannot be queued: " + e.getMessage(), e);
        }
    }
}
