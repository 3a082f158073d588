package io.holdfast.eventing.health;

import io.holdfast.eventing.inbox.InboxTable;
import io.holdfast.eventing.jobs.JobHandler;
import io.holdfast.eventing.runtime.EventingConfig;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/** Measures the tables of this library, and forgets identities that cannot come again, and old jobs. */
@ApplicationScoped
class EventingTableCleanup {
    private static final Logger LOG = Logger.getLogger(EventingTableCleanup.class);
    private static final int MEASURE_SECONDS = 10;
    private static final int PURGE_SECONDS = 3600;
    private static final String ENDED_JOBS = "delete from job where state in ('DONE', 'FAILED', 'CANCELLED')"
            + " and ended_at < clock_timestamp() - ? * interval '1 second'";

    private final DataSource database;
    private final EventingConfig config;
    private final Instance<JobHandler> handlers;
    private final MultiGauge jobs;
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("holdfast-housekeeping").unstarted(task));
    private volatile double outboxWaiting;
    private volatile double outboxOldestSeconds;

    EventingTableCleanup(
            DataSource database, EventingConfig config, MeterRegistry meters, @Any Instance<JobHandler> handlers) {
        this.database = database;
        this.config = config;
        this.handlers = handlers;
        this.jobs = MultiGauge.builder("holdfast.jobs")
                .description("Jobs that wait or run, by kind")
                .register(meters);
        Gauge.builder("holdfast.outbox.waiting", () -> outboxWaiting)
                .description("Events that are committed and not yet on Kafka")
                .register(meters);
        Gauge.builder("holdfast.outbox.oldest.age", () -> outboxOldestSeconds)
                .description("How long the oldest of them has waited")
                .baseUnit("seconds")
                .register(meters);
    }

    void start(@Observes StartupEvent ignored) {
        var unusedMeasuring = scheduler.scheduleWithFixedDelay(this::measure, 1, MEASURE_SECONDS, TimeUnit.SECONDS);
        var unusedPurging = scheduler.scheduleWithFixedDelay(this::purge, 60, PURGE_SECONDS, TimeUnit.SECONDS);
    }

    void stop(@Observes ShutdownEvent ignored) {
        scheduler.shutdownNow();
    }

    private void measure() {
        try (Connection connection = database.getConnection()) {
            measureOutbox(connection);
            measureJobs(connection);
        } catch (SQLException | RuntimeException e) { // the edge of a scheduled task
            LOG.debugf(e, "nothing measured: %s", e.getMessage());
        }
    }

    private void measureOutbox(Connection connection) throws SQLException {
        String sql =
                "select count(*), coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0) from outbox";
        try (PreparedStatement select = connection.prepareStatement(sql);
                ResultSet row = select.executeQuery()) {
            row.next();
            outboxWaiting = row.getDouble(1);
            outboxOldestSeconds = row.getDouble(2);
        }
    }

    private void measureJobs(Connection connection) throws SQLException {
        String sql = "select kind, state, count(*) from job where state in ('WAITING', 'RUNNING') group by kind, state";
        Map<Tags, Double> counts = new LinkedHashMap<>();
        for (JobHandler handler : handlers) { // each kind is there from the start
            counts.put(Tags.of("kind", handler.kind(), "state", "WAITING"), 0.0);
            counts.put(Tags.of("kind", handler.kind(), "state", "RUNNING"), 0.0);
        }
        try (PreparedStatement select = connection.prepareStatement(sql);
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                counts.put(Tags.of("kind", row.getString(1), "state", row.getString(2)), row.getDouble(3));
            }
        }
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        counts.forEach((tags, count) -> rows.add(MultiGauge.Row.of(tags, count)));
        jobs.register(rows, true);
    }

    void purge() {
        try (Connection connection = database.getConnection()) {
            for (String sql : InboxTable.purge()) {
                delete(connection, sql, config.inboxKeep());
            }
            delete(connection, ENDED_JOBS, config.jobsKeep());
        } catch (SQLException | RuntimeException e) { // the edge of a scheduled task
            LOG.warnf("old identities and jobs could not be deleted: %s", e.getMessage());
        }
    }

    private static void delete(Connection connection, String sql, Duration keep) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(sql)) {
            delete.setLong(1, keep.toSeconds());
            delete.executeUpdate();
        }
    }
}
