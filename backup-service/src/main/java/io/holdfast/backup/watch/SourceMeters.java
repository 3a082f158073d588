package io.holdfast.backup.watch;

import io.holdfast.backup.catalog.BackupState;
import io.holdfast.backup.schedule.ScheduleTicker;
import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.source.SourceRegistry;
import io.holdfast.backup.watch.SourceGauges.Metric;
import io.holdfast.contracts.SourceId;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Metrics of each source, read from the platform's database: the same in each replica, and there from the first scrape after
 * a start. A timestamp that does not exist yet is 0, so that "never" can be alerted on.
 */
@ApplicationScoped
class SourceMeters {
    private static final Logger LOG = Logger.getLogger(SourceMeters.class);
    private static final int EVERY_SECONDS = 10;

    private final SourceRegistry sources;
    private final RecoveryPointTable recoveryPoints;
    private final SourceCheckTable checks;
    private final ScheduleTicker ticker;
    private final DataSource database;
    private final SourceGauges gauges;
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("holdfast-source-meters").unstarted(task));

    SourceMeters(
            SourceRegistry sources,
            RecoveryPointTable recoveryPoints,
            SourceCheckTable checks,
            ScheduleTicker ticker,
            DataSource database,
            MeterRegistry meters) {
        this.sources = sources;
        this.recoveryPoints = recoveryPoints;
        this.checks = checks;
        this.ticker = ticker;
        this.database = database;
        this.gauges = new SourceGauges(meters);
    }

    /** After the sources are known; a scrape right after the start sees the first measurement. */
    void start(@Observes @Priority(Interceptor.Priority.PLATFORM_AFTER) StartupEvent ignored) {
        measure();
        var unused = scheduler.scheduleWithFixedDelay(this::measure, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
    }

    void stop(@Observes ShutdownEvent ignored) {
        scheduler.shutdownNow();
    }

    void measure() {
        try {
            Map<SourceId, RecoveryPoint> points = recoveryPoints.all();
            Map<SourceId, SourceCheckResult> checked = checks.newest();
            Map<SourceId, Catalog> catalogs = catalogs();
            for (ProtectedSource source : sources.all()) {
                SourceId id = source.ref().id();
                measure(
                        source,
                        points.getOrDefault(id, RecoveryPoint.none(id)),
                        checked.get(id),
                        catalogs.getOrDefault(id, new Catalog()));
            }
            gauges.publish();
        } catch (SQLException | RuntimeException e) { // the edge of a thread that must not end
            LOG.debugf(e, "the metrics of the sources keep their last values");
        }
    }

    private void measure(
            ProtectedSource source, RecoveryPoint point, @Nullable SourceCheckResult check, Catalog catalog) {
        Tags tags = Tags.of("source", source.ref().name());
        Double latency = check == null ? null : check.latencyMillis();
        gauges.set(Metric.LAST_SUCCESS, tags, point.stored());
        gauges.set(Metric.LAST_PROOF, tags, point.proven());
        gauges.set(
                Metric.RECOVERY_POINT,
                tags,
                Objectives.mustBeProven(source.config()) ? point.proven() : point.stored());
        gauges.set(Metric.LAST_FAILURE, tags, catalog.lastFailure);
        gauges.set(Metric.RUNNING_SINCE, tags, catalog.runningSince);
        gauges.set(Metric.NEXT_RUN, tags, ticker.nextRun(source).orElse(null));
        gauges.set(
                Metric.RPO,
                tags,
                source.config().objectives().rpo().map(Duration::toSeconds).orElse(0L));
        gauges.set(Metric.UP, tags, check == null ? -1 : check.ok() ? 1 : 0);
        gauges.set(Metric.LATENCY, tags, latency == null ? 0 : latency / 1000);
        gauges.set(Metric.VAULT_BYTES, tags, (double) catalog.bytes);
        gauges.set(Metric.LISTED_OBJECTS, tags, (double) catalog.listedObjects);
        gauges.set(Metric.LISTED_BYTES, tags, (double) catalog.listedBytes);
        for (BackupState state : BackupState.values()) {
            gauges.set(Metric.BACKUPS, tags.and("state", state.name().toLowerCase(Locale.ROOT)), (double)
                    catalog.byState.getOrDefault(state, 0L));
        }
    }

    /** Numbers of one source in the catalog. */
    private static final class Catalog {
        private final Map<BackupState, Long> byState = new HashMap<>();
        private @Nullable Instant lastFailure;
        private @Nullable Instant runningSince;
        private long bytes;
        private long listedObjects;
        private long listedBytes;
    }

    private Map<SourceId, Catalog> catalogs() throws SQLException {
        String sql =
                "select source_id, state, count(*), sum(stored_bytes), max(completed_at), min(started_at) from backup"
                        + " group by source_id, state";
        try (Connection connection = database.getConnection();
                var statement = connection.prepareStatement(sql);
                var rows = statement.executeQuery()) {
            Map<SourceId, Catalog> found = new HashMap<>();
            while (rows.next()) {
                SourceId source = new SourceId(rows.getObject(1, UUID.class));
                Catalog catalog = found.computeIfAbsent(source, any -> new Catalog());
                BackupState state = BackupState.valueOf(rows.getString(2));
                catalog.byState.put(state, rows.getLong(3));
                if (state == BackupState.FAILED) {
                    catalog.lastFailure = instant(rows.getTimestamp(5));
                } else if (state == BackupState.RUNNING) {
                    catalog.runningSince = instant(rows.getTimestamp(6));
                }
                catalog.bytes += state.isStored() ? rows.getLong(4) : 0;
            }
            listed(connection, found);
            return found;
        }
    }

    private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }

    private static void listed(Connection connection, Map<SourceId, Catalog> found) throws SQLException {
        try (var statement = connection.prepareStatement("select source_id, vault_objects, vault_bytes from sweep");
                var rows = statement.executeQuery()) {
            while (rows.next()) {
                Catalog catalog =
                        found.computeIfAbsent(new SourceId(rows.getObject(1, UUID.class)), any -> new Catalog());
                catalog.listedObjects = rows.getLong(2);
                catalog.listedBytes = rows.getLong(3);
            }
        }
    }
}
