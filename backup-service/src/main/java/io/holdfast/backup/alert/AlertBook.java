package io.holdfast.backup.alert;

import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.cloudevents.OutboxEvent;
import io.holdfast.eventing.outbox.Outbox;
import io.holdfast.eventing.runtime.JdbcTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The alerts of this service. The row of an alert and its event commit together, so that a condition is published once
 * when it begins and once when it ends, however many replicas see it and however often. Calls block.
 */
@ApplicationScoped
public class AlertBook {
    private static final String PLATFORM = "platform";

    private final DataSource database;
    private final Outbox outbox;
    private final InstantSource clock;

    AlertBook(DataSource database, Outbox outbox, InstantSource clock) {
        this.database = database;
        this.outbox = outbox;
        this.clock = clock;
    }

    /**
     * Raises an alert, in a transaction of its own. An alert that is raised already only gets the new summary.
     *
     * @return whether the alert is new
     */
    public boolean raise(AlertCondition condition) {
        return inTransaction(condition.key(), connection -> raise(connection, condition));
    }

    /**
     * Ends an alert, in a transaction of its own.
     *
     * @return whether it was raised
     */
    public boolean resolve(String key) {
        return inTransaction(key, connection -> resolve(connection, key));
    }

    /** Raises an alert in the connection's transaction, which the caller commits. */
    public boolean raise(Connection connection, AlertCondition condition) throws SQLException {
        Long sequence = opened(connection, condition);
        if (sequence == null) {
            return false;
        }
        var event = new AlertEvent.Raised(
                condition.key(),
                condition.name(),
                condition.severity(),
                condition.source(),
                condition.summary(),
                condition.cause(),
                clock.instant());
        publish(connection, condition.key(), condition.source(), sequence, event);
        return true;
    }

    /** Ends an alert in the connection's transaction, which the caller commits. */
    public boolean resolve(Connection connection, String key) throws SQLException {
        try (var statement =
                connection.prepareStatement("update alert set raised_at = null, sequence = sequence + 1 where key = ?"
                        + " and raised_at is not null returning sequence, name, source_id, source_name")) {
            statement.setString(1, key);
            try (var row = statement.executeQuery()) {
                if (!row.next()) {
                    return false;
                }
                var event = new AlertEvent.Resolved(key, row.getString(2), clock.instant());
                publish(connection, key, source(row.getObject(3, UUID.class), row.getString(4)), row.getLong(1), event);
                return true;
            }
        }
    }

    /** Returns the alerts that have not ended, oldest first. */
    public List<AlertCondition> open() {
        return inTransaction("open alerts", connection -> {
            List<AlertCondition> open = new ArrayList<>();
            try (var statement =
                            connection.prepareStatement("select key, name, severity, source_id, source_name, summary,"
                                    + " cause from alert where raised_at is not null order by raised_at, key");
                    var rows = statement.executeQuery()) {
                while (rows.next()) {
                    open.add(new AlertCondition(
                            rows.getString(1),
                            rows.getString(2),
                            AlertEvent.Severity.valueOf(rows.getString(3).toUpperCase(Locale.ROOT)),
                            source(rows.getObject(4, UUID.class), rows.getString(5)),
                            rows.getString(6),
                            rows.getString(7)));
                }
            }
            return open;
        });
    }

    private @Nullable Long opened(Connection connection, AlertCondition condition) throws SQLException {
        SourceRef source = condition.source();
        try (var statement = connection.prepareStatement("""
                insert into alert as a (key, sequence, name, severity, source_id, source_name, summary, cause, raised_at)
                values (?, 1, ?, ?, ?, ?, ?, ?, clock_timestamp())
                on conflict (key) do update set sequence = a.sequence + 1, severity = excluded.severity,
                    source_name = excluded.source_name, summary = excluded.summary, cause = excluded.cause,
                    raised_at = excluded.raised_at
                where a.raised_at is null
                returning sequence""")) {
            statement.setString(1, condition.key());
            statement.setString(2, condition.name());
            statement.setString(3, condition.severity().name());
            statement.setObject(4, source == null ? null : source.id().value());
            statement.setString(5, source == null ? null : source.name());
            statement.setString(6, condition.summary());
            statement.setString(7, condition.cause());
            try (var row = statement.executeQuery()) {
                if (row.next()) {
                    return row.getLong(1);
                }
            }
        }
        renew(connection, condition);
        return null;
    }

    private static void renew(Connection connection, AlertCondition condition) throws SQLException {
        try (var statement =
                connection.prepareStatement("update alert set summary = ?, cause = ? where key = ? and summary <> ?")) {
            statement.setString(1, condition.summary());
            statement.setString(2, condition.cause());
            statement.setString(3, condition.key());
            statement.setString(4, condition.summary());
            statement.executeUpdate();
        }
    }

    private void publish(Connection connection, String key, @Nullable SourceRef source, long sequence, AlertEvent event)
            throws SQLException {
        outbox.publish(
                connection,
                OutboxEvent.of(Topic.ALERTS, event, key, sequence, source == null ? PLATFORM : source.name()));
    }

    private static @Nullable SourceRef source(@Nullable UUID id, @Nullable String name) {
        return id == null || name == null ? null : new SourceRef(new SourceId(id), name);
    }

    private <T> T inTransaction(String object, JdbcTransaction.Work<T> work) {
        try {
            return JdbcTransaction.run(database, work);
        } catch (SQLException e) {
            throw HoldfastException.of(
                    FailureCode.INTERNAL, "cannot record alert \"" + object + "\": " + e.getMessage(), e);
        }
    }
}
