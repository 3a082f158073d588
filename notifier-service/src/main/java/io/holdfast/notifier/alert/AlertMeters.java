package io.holdfast.notifier.alert;

import io.holdfast.notifier.rule.AlertRule;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.sql.DataSource;

/** Alerts that have not ended, by rule, severity and state: as many series as the table of rules allows. */
@ApplicationScoped
class AlertMeters {
    private final DataSource database;
    private final MultiGauge alerts;

    AlertMeters(DataSource database, MeterRegistry meters) {
        this.database = database;
        this.alerts = MultiGauge.builder("holdfast.alerts")
                .description("Alerts that have not ended, by rule, severity and state")
                .register(meters);
    }

    void measure() throws SQLException {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        try (var connection = database.getConnection();
                var select = connection.prepareStatement("select rule, severity, state, count(*) from alert"
                        + " where state <> 'RESOLVED' group by rule, severity, state");
                var row = select.executeQuery()) {
            while (row.next()) {
                Tags tags = Tags.of(
                        "rule",
                        AlertRule.valueOf(row.getString(1)).label(),
                        "severity",
                        row.getString(2).toLowerCase(Locale.ROOT),
                        "state",
                        row.getString(3).toLowerCase(Locale.ROOT));
                rows.add(MultiGauge.Row.of(tags, row.getDouble(4)));
            }
        }
        alerts.register(rows, true);
    }
}
