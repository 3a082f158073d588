package io.holdfast.notifier.alert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.holdfast.eventing.cloudevents.EventJson;
import io.holdfast.notifier.escalation.Chain;
import io.holdfast.notifier.rule.AlertRule;
import io.holdfast.notifier.rule.Condition;
import io.holdfast.notifier.rule.Severity;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rows of alerts, in the caller's transaction. */
final class AlertTable {
    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};
    private static final String SAVE = """
            insert into alert (id, rule, source, object, state, severity, cause, summary, evidence, occurrences, lost,
                first_seen, last_seen, firing_since, resolved_at, flaps, acknowledged_by, acknowledged_at,
                acknowledged_until, note, chain, next_step, escalating_since, escalation, settled, muted)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (id) do update set state = excluded.state, severity = excluded.severity, cause = excluded.cause,
                summary = excluded.summary, evidence = excluded.evidence, occurrences = excluded.occurrences,
                lost = excluded.lost, last_seen = excluded.last_seen, firing_since = excluded.firing_since,
                resolved_at = excluded.resolved_at, flaps = excluded.flaps, acknowledged_by = excluded.acknowledged_by,
                acknowledged_at = excluded.acknowledged_at, acknowledged_until = excluded.acknowledged_until,
                note = excluded.note, chain = excluded.chain, next_step = excluded.next_step,
                escalating_since = excluded.escalating_since, escalation = excluded.escalation,
                settled = excluded.settled, muted = excluded.muted""";

    private static final Duration KEPT = Duration.ofDays(90);

    private AlertTable() {}

    /** The alerts that a round looks at, locked until the transaction ends. */
    static List<Alert> unsettled(Connection connection, Instant now) throws SQLException {
        try (var select = connection.prepareStatement("select * from alert where state <> 'RESOLVED' or not settled"
                + " or resolved_at > ? order by first_seen, id for update")) {
            select.setTimestamp(1, Timestamp.from(now.minus(Alert.REOPENED_WITHIN)));
            return all(select);
        }
    }

    /** These alerts, locked until the transaction ends. */
    static List<Alert> locked(Connection connection, List<UUID> ids) throws SQLException {
        try (var select = connection.prepareStatement(
                "select * from alert where id = any (?) order by first_seen, id for update")) {
            select.setArray(1, connection.createArrayOf("uuid", ids.toArray()));
            return all(select);
        }
    }

    /** Alerts that ended long ago. */
    static void forget(Connection connection, Instant now) throws SQLException {
        try (var delete = connection.prepareStatement(
                "delete from alert where state = 'RESOLVED' and settled and resolved_at < ?")) {
            delete.setTimestamp(1, Timestamp.from(now.minus(KEPT)));
            delete.executeUpdate();
        }
    }

    static List<Alert> all(PreparedStatement select) throws SQLException {
        List<Alert> found = new ArrayList<>();
        try (var row = select.executeQuery()) {
            while (row.next()) {
                found.add(alert(row));
            }
        }
        return found;
    }

    /** Stores what changed. */
    static void save(Connection connection, List<Alert> alerts) throws SQLException {
        try (var save = connection.prepareStatement(SAVE)) {
            for (Alert alert : alerts) {
                if (alert.changed) {
                    bind(save, alert);
                    save.addBatch();
                    alert.changed = false;
                }
            }
            save.executeBatch();
        }
    }

    private static void bind(PreparedStatement save, Alert alert) throws SQLException {
        Alert.Acknowledgement by = alert.acknowledgement;
        int i = 0;
        save.setObject(++i, alert.id);
        save.setString(++i, alert.rule.name());
        save.setString(++i, alert.source);
        save.setString(++i, alert.object);
        save.setString(++i, alert.state.name());
        save.setString(++i, alert.severity.name());
        save.setString(++i, alert.cause);
        save.setString(++i, alert.summary);
        save.setString(++i, json(alert.evidence));
        save.setLong(++i, alert.occurrences);
        save.setLong(++i, alert.lost);
        save.setTimestamp(++i, timestamp(alert.firstSeen));
        save.setTimestamp(++i, timestamp(alert.lastSeen));
        save.setTimestamp(++i, timestamp(alert.firingSince));
        save.setTimestamp(++i, timestamp(alert.resolvedAt));
        save.setInt(++i, alert.flaps);
        save.setString(++i, by == null ? null : by.by());
        save.setTimestamp(++i, timestamp(by == null ? null : by.at()));
        save.setTimestamp(++i, timestamp(by == null ? null : by.until()));
        save.setString(++i, by == null ? null : by.note());
        save.setString(++i, alert.chain.json());
        save.setInt(++i, alert.nextStep);
        save.setTimestamp(++i, timestamp(alert.escalatingSince));
        save.setString(++i, alert.escalation);
        save.setBoolean(++i, alert.settled);
        save.setBoolean(++i, alert.muted);
    }

    private static Alert alert(ResultSet row) throws SQLException {
        AlertRule rule = AlertRule.valueOf(row.getString("rule"));
        Alert alert = new Alert(
                row.getObject("id", UUID.class),
                rule,
                row.getString("source"),
                row.getString("object"),
                condition(rule, row));
        alert.state = AlertState.valueOf(row.getString("state"));
        alert.occurrences = row.getLong("occurrences");
        alert.lost = row.getLong("lost");
        alert.lastSeen = row.getTimestamp("last_seen").toInstant();
        alert.firingSince = instant(row, "firing_since");
        alert.resolvedAt = instant(row, "resolved_at");
        alert.flaps = row.getInt("flaps");
        alert.acknowledgement = acknowledgement(row);
        alert.chain = Chain.parse(row.getString("chain"));
        alert.nextStep = row.getInt("next_step");
        alert.escalatingSince = instant(row, "escalating_since");
        alert.escalation = row.getString("escalation");
        alert.settled = row.getBoolean("settled");
        alert.muted = row.getBoolean("muted");
        return alert;
    }

    private static Condition condition(AlertRule rule, ResultSet row) throws SQLException {
        return new Condition(
                rule,
                row.getString("source"),
                row.getString("object"),
                Severity.valueOf(row.getString("severity")),
                row.getString("cause"),
                row.getString("summary"),
                row.getLong("occurrences"),
                true,
                row.getLong("lost"),
                row.getTimestamp("first_seen").toInstant(),
                null,
                evidence(row.getString("evidence")));
    }

    private static Alert.@Nullable Acknowledgement acknowledgement(ResultSet row) throws SQLException {
        String by = row.getString("acknowledged_by");
        return by == null
                ? null
                : new Alert.Acknowledgement(
                        by,
                        row.getTimestamp("acknowledged_at").toInstant(),
                        row.getTimestamp("acknowledged_until").toInstant(),
                        row.getString("note"));
    }

    private static String json(Map<String, String> evidence) {
        try {
            return EventJson.mapper().writeValueAsString(evidence);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("evidence is only text", e);
        }
    }

    private static Map<String, String> evidence(String json) {
        try {
            return EventJson.mapper().readValue(json, TEXTS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("stored evidence cannot be read", e);
        }
    }

    static @Nullable Timestamp timestamp(@Nullable Instant at) {
        return at == null ? null : Timestamp.from(at);
    }

    static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp at = row.getTimestamp(column);
        return at == null ? null : at.toInstant();
    }
}
