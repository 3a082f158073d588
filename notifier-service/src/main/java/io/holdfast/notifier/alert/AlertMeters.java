package io.holdfast.notifier.alert;

import io.holdfast.notifier.rule.AlertRule;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.sql.DataSource;

/** Alerts that have not ended, by rule, severity and state: as many series as the table of rules allows. */
@ApplicationScoped
class AlertMeters {
    private final DataSource database;
    private final MultiGauge alerts;

    AlertMeters(DataSource database, MeterRegistry meters) {
        this.database = database;
        this.alerts = MultiGauge.builder("holdfast.alerts")
                .description(
                        "Alerts that have not ended, by rule, severity and state; firing ones with 0 from the start")
                .register(meters);
    }

    void measure() throws SQLException {
        Map<Tags, Double> counts = new LinkedHashMap<>();
        for (AlertRule rule : AlertRule.values()) {
            counts.put(tags(rule, rule.severity().name(), AlertState.FIRING.name()), 0.0);
            counts.put(tags(rule, rule.severity().name(), AlertState.ACKNOWLEDGED.name()), 0.0);
        }
        try (var connection = database.getConnection();
                var select = connection.prepareStatement("select rule, severity, state, count(*) from alert"
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
