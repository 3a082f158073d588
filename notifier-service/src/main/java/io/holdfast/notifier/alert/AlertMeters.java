package io.holdfast.notifier.alert;

import io.holdfast.notifier.rule.AlertRule;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * Alerts that have not ended, by rule, severity and state: as many series as the table of rules allows. And the time of the
 * last round of any replica, which stands still while rounds fail.
 */
@ApplicationScoped
class AlertMeters {
    private static final Logger LOG = Logger.getLogger(AlertMeters.class);

    private final DataSource database;
    private final MultiGauge alerts;
    private final MultiGauge unanswered;
    private volatile double lastRound;

    AlertMeters(DataSource database, MeterRegistry meters) {
        this.database = database;
        this.alerts = MultiGauge.builder("holdfast.alerts")
                .description(
                        "Alerts that have not ended, by rule, severity and state; firing ones with 0 from the start")
                .register(meters);
        this.unanswered = MultiGauge.builder("holdfast.alerts.unanswered")
                .description(
                        "Critical alerts that fire and are neither acknowledged, silenced nor muted by their cause")
                .register(meters);
        Gauge.builder("holdfast.alert.round.timestamp", () -> lastRound)
                .description("When the rules of alerts were last evaluated by any replica; 0: never")
                .baseUnit("seconds")
                .register(meters);
    }

    /** Shows the values of the time before, so that a service that fails at once has them. */
    void start() {
        try {
            measure();
        } catch (SQLException e) {
            LOG.warnf("the metrics of alerts cannot be read yet: %s", e.getMessage());
        }
    }

    void measure() throws SQLException {
        try (var connection = database.getConnection()) {
            measureAlerts(connection);
            measureUnanswered(connection);
            lastRound = lastRound(connection);
        }
    }

    private void measureAlerts(Connection connection) throws SQLException {
        Map<Tags, Double> counts = new LinkedHashMap<>();
        for (AlertRule rule : AlertRule.values()) {
            counts.put(tags(rule, rule.severity().name(), AlertState.FIRING.name()), 0.0);
            counts.put(tags(rule, rule.severity().name(), AlertState.ACKNOWLEDGED.name()), 0.0);
        }
        try (var select = connection.prepareStatement("select rule, severity, state, count(*) from alert"
                        + " where state <> 'RESOLVED' group by rule, severity, state");
                var row = select.executeQuery()) {
            while (row.next()) {
                counts.put(
                        tags(AlertRule.valueOf(row.getString(1)), row.getString(2), row.getString(3)),
                        row.getDouble(4));
            }
        }
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        counts.forEach((tags, count) -> rows.add(MultiGauge.Row.of(tags, count)));
        alerts.register(rows, true);
    }

    private void measureUnanswered(Connection connection) throws SQLException {
        Map<AlertRule, Double> counts = new EnumMap<>(AlertRule.class);
        for (AlertRule rule : AlertRule.values()) {
            counts.put(rule, 0.0);
        }
        try (var select = connection.prepareStatement("select rule, count(*) from alert where state = 'FIRING'"
                        + " and severity = 'CRITICAL' and not muted group by rule");
                var row = select.executeQuery()) {
            while (row.next()) {
                counts.put(AlertRule.valueOf(row.getString(1)), row.getDouble(2));
            }
        }
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        counts.forEach((rule, count) -> rows.add(MultiGauge.Row.of(Tags.of("rule", rule.label()), count)));
        unanswered.register(rows, true);
    }

    private static double lastRound(Connection connection) throws SQLException {
        try (var select = connection.prepareStatement(
                        "select coalesce(extract(epoch from last_at), 0) from alert_round");
                var row = select.executeQuery()) {
            return row.next() ? row.getDouble(1) : 0;
        }
    }

    private static Tags tags(AlertRule rule, String severity, String state) {
        return Tags.of(
                "rule",
                rule.label(),
                "severity",
                severity.toLowerCase(Locale.ROOT),
                "state",
                state.toLowerCase(Locale.ROOT));
    }
}
