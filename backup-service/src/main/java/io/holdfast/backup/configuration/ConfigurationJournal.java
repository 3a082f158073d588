package io.holdfast.backup.configuration;

import io.holdfast.backup.alert.AlertBook;
import io.holdfast.backup.alert.AlertCondition;
import io.holdfast.config.ConfigProblem;
import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.ConfigurationEvent;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.cloudevents.OutboxEvent;
import io.holdfast.eventing.config.ConfigStatus;
import io.holdfast.eventing.outbox.Outbox;
import io.holdfast.eventing.runtime.JdbcTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Publishes that the configuration changed or was refused, and raises an alert while a file is refused. The digest that was
 * published last is a row: the first replica that sees a change publishes it, and so does a start with a file that changed
 * while the platform was down.
 *
 * <p>A file that another one replaced is older than the recorded one: a replica that starts with it waits before it records
 * it, because its file may be replaced in a moment.
 */
@ApplicationScoped
class ConfigurationJournal {
    private static final String ALERT = "configuration-refused";
    private static final String AGGREGATE = "configuration";
    private static final String UNREADABLE = "unreadable";
    private static final int MAX_KEYS = 1_000;
    private static final int MAX_PROBLEMS = 100;
    private static final int IN_SUMMARY = 3;

    private final DataSource database;
    private final Outbox outbox;
    private final AlertBook alertBook;
    private final Event<ConfigurationRecorded> recordings;
    private final InstantSource clock;
    private final Duration olderAfter;
    private volatile @Nullable ConfigStatus recorded;

    /** @param olderAfter how long a process must have an older file before the file counts as the present one */
    ConfigurationJournal(
            DataSource database,
            Outbox outbox,
            AlertBook alertBook,
            Event<ConfigurationRecorded> recordings,
            InstantSource clock,
            @ConfigProperty(name = "holdfast.configuration.older-after", defaultValue = "5m") Duration olderAfter) {
        this.database = database;
        this.outbox = outbox;
        this.alertBook = alertBook;
        this.recordings = recordings;
        this.clock = clock;
        this.olderAfter = olderAfter;
    }

    /** Blocks. A status that cannot be recorded comes again with the next poll. */
    void record(@Observes ConfigStatus status) {
        ConfigStatus.Effective effective = status.effective();
        if (effective == null || status.equals(recorded)) {
            return;
        }
        Optional<ConfigurationRecorded> recording;
        try {
            recording = JdbcTransaction.run(database, connection -> record(connection, status, effective));
        } catch (SQLException e) {
            throw new IllegalStateException("cannot record the configuration: " + e.getMessage(), e);
        }
        if (recording.isPresent()) {
            recordings.fire(recording.get());
            recorded = status;
        }
    }

    /** @return empty if the file is older than the recorded one, and may still be replaced */
    private Optional<ConfigurationRecorded> record(
            Connection connection, ConfigStatus status, ConfigStatus.Effective effective) throws SQLException {
        ConfigurationRow.create(connection, effective);
        ConfigurationRow row = ConfigurationRow.locked(connection).orElseThrow();
        if (row.isNewerThan(effective.digest(), before())
                && clock.instant().isBefore(effective.loadedAt().plus(olderAfter))) {
            return Optional.empty();
        }
        refusal(connection, reload(connection, row, effective), status, effective)
                .save(connection);
        return Optional.of(new ConfigurationRecorded(!row.digest().equals(effective.digest())));
    }

    private @Nullable String before() {
        ConfigStatus last = recorded;
        return last == null || last.effective() == null
                ? null
                : last.effective().digest();
    }

    private ConfigurationRow reload(Connection connection, ConfigurationRow row, ConfigStatus.Effective effective)
            throws SQLException {
        if (row.digest().equals(effective.digest())) {
            return row;
        }
        ConfigurationRow next = row.reloaded(effective);
        List<String> keys =
                row.keys().changedTo(effective.keys()).stream().limit(MAX_KEYS).toList();
        publish(
                connection,
                next.sequence(),
                new ConfigurationEvent.Reloaded(row.digest(), next.digest(), keys, clock.instant()));
        return next;
    }

    private ConfigurationRow refusal(
            Connection connection, ConfigurationRow row, ConfigStatus status, ConfigStatus.Effective effective)
            throws SQLException {
        if (!status.isRefused()) {
            if (row.refused() != null) {
                alertBook.resolve(connection, ALERT);
            }
            return row.refusingNone();
        }
        String file = Objects.requireNonNullElse(status.refused(), UNREADABLE);
        if (file.equals(row.refused())) {
            return row;
        }
        List<String> problems = status.problems().stream()
                .map(ConfigProblem::toString)
                .limit(MAX_PROBLEMS)
                .toList();
        ConfigurationRow next = row.refusing(file);
        publish(
                connection,
                next.sequence(),
                new ConfigurationEvent.Refused(effective.digest(), status.refused(), problems, clock.instant()));
        alertBook.raise(connection, alert(problems, status.problems().size()));
        return next;
    }

    private static AlertCondition alert(List<String> problems, int count) {
        String summary = "the changed configuration is refused and the former one stays in effect: "
                + String.join("; ", problems.subList(0, Math.min(IN_SUMMARY, problems.size())))
                + (count > IN_SUMMARY ? "; and " + (count - IN_SUMMARY) + " more" : "")
                + ". Correct the file; ./holdfast config check shows all problems";
        return new AlertCondition(ALERT, ALERT, AlertEvent.Severity.WARNING, null, summary, null);
    }

    private void publish(Connection connection, long sequence, ConfigurationEvent event) throws SQLException {
        outbox.publish(connection, OutboxEvent.of(Topic.BACKUP_EVENTS, event, AGGREGATE, sequence, AGGREGATE));
    }
}
