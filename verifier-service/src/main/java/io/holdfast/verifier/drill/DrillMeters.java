package io.holdfast.verifier.drill;

import io.holdfast.config.SourceConfig;
import io.holdfast.eventing.config.LiveConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * Metrics of the drills of each configured source, read from the platform's database: the same in each replica, and there
 * from the first scrape after a start. What does not exist yet is 0.
 */
@ApplicationScoped
class DrillMeters {
    private static final Logger LOG = Logger.getLogger(DrillMeters.class);
    private static final int EVERY_SECONDS = 10;

    /** A result that failed makes a drill a failed one. */
    private static final String ENDED = """
            select source_name,
                extract(epoch from max(ended_at) filter (where passed)),
                extract(epoch from max(ended_at) filter (where not passed)),
                (array_agg(restore_millis order by ended_at desc) filter (where restore_millis > 0))[1] / 1000.0
            from (select *, state = 'PASSED' and not cast(verdicts as jsonb) @> '[{"passed": false}]' as passed
                from drill where state in ('PASSED', 'FAILED')) drill
            group by source_name""";

    /** A schedule is decided up to its newest due slot; before the first one, up to its beginning. */
    private static final String DUE = """
            select source_name, extract(epoch from max(decided_until))
            from drill_schedule where decided_until > since group by source_name""";

    private enum Metric {
        LAST_PASS("holdfast.drill.last.pass.timestamp", "End of the newest passed drill; 0: none"),
        LAST_FAILURE("holdfast.drill.last.failure.timestamp", "End of the newest failed drill; 0: none"),
        RESTORE("holdfast.drill.restore", "Restore time that the newest drill measured; 0: none"),
        LAST_DUE("holdfast.drill.last.due.timestamp", "Newest due slot of schedule.drills; 0: none"),
        OBJECTIVE("holdfast.drill.rto.objective", "Maximum restore time; 0: no objective");

        private final String title;
        private final String help;

        Metric(String title, String help) {
            this.title = title;
            this.help = help;
        }
    }

    private final LiveConfig live;
    private final DataSource database;
    private final Map<Metric, MultiGauge> gauges = new EnumMap<>(Metric.class);
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("holdfast-drill-meters").unstarted(task));

    DrillMeters(LiveConfig live, DataSource database, MeterRegistry meters) {
        this.live = live;
        this.database = database;
        for (Metric metric : Metric.values()) {
            gauges.put(
                    metric,
                    MultiGauge.builder(metric.title)
                            .description(metric.help)
                            .baseUnit("seconds")
                            .register(meters));
        }
    }

    void start(@Observes StartupEvent ignored) {
        measure();
        var unused = scheduler.scheduleWithFixedDelay(this::measure, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
    }

    void stop(@Observes ShutdownEvent ignored) {
        scheduler.shutdownNow();
    }

    private void measure() {
        try (Connection connection = database.getConnection()) {
            Map<String, List<Double>> ended = read(connection, ENDED, 3);
            Map<String, List<Double>> due = read(connection, DUE, 1);
            Map<Metric, List<MultiGauge.Row<?>>> rows = new EnumMap<>(Metric.class);
            live.current().sources().forEach((name, source) -> {
                List<Double> of = ended.getOrDefault(name, List.of(0.0, 0.0, 0.0));
                add(rows, Metric.LAST_PASS, name, of.get(0));
                add(rows, Metric.LAST_FAILURE, name, of.get(1));
                add(rows, Metric.RESTORE, name, of.get(2));
                add(
                        rows,
                        Metric.LAST_DUE,
                        name,
                        due.getOrDefault(name, List.of(0.0)).getFirst());
                add(rows, Metric.OBJECTIVE, name, objective(source));
            });
            gauges.forEach((metric, gauge) -> gauge.register(rows.getOrDefault(metric, List.of()), true));
        } catch (SQLException | RuntimeException e) { // the edge of a thread that must not end
            LOG.debugf(e, "the metrics of drills keep their last values");
        }
    }

    private static double objective(SourceConfig source) {
        return source.objectives().rto().map(Duration::toMillis).orElse(0L) / 1000.0;
    }

    private static void add(Map<Metric, List<MultiGauge.Row<?>>> rows, Metric metric, String source, double value) {
        rows.computeIfAbsent(metric, any -> new ArrayList<>()).add(MultiGauge.Row.of(Tags.of("source", source), value));
    }

    private static Map<String, List<Double>> read(Connection connection, String query, int values) throws SQLException {
        Map<String, List<Double>> found = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement(query);
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                List<Double> of = new ArrayList<>();
                for (int i = 0; i < values; i++) {
                    of.add(row.getDouble(2 + i)); // 0 for null
                }
                found.put(row.getString(1), of);
            }
        }
        return found;
    }
}
