package io.holdfast.backup.retention;

import io.holdfast.access.VisibleSources;
import io.holdfast.backup.alert.AlertBook;
import io.holdfast.backup.alert.AlertCondition;
import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.SourceEvent;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.Topic;
import io.holdfast.eventing.cloudevents.OutboxEvent;
import io.holdfast.eventing.outbox.Outbox;
import io.holdfast.eventing.runtime.JdbcTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Runs that ended, for 90 days. A run, its event and its alert commit together. Calls block. */
@ApplicationScoped
class RetentionRuns {
    private static final Duration KEPT = Duration.ofDays(90);
    private static final int MOST_IDS = 1000;
    private static final String COLUMNS = "id, source_id, source_name, requested_by, started_at, completed_at, kept,"
            + " deleted, failed, bytes, backups, failures, suspended";
    private static final String LIST = "select " + COLUMNS + " from retention_run where (cast(? as text) is null or"
            + " source_name = ? or source_id = ?) and (? or source_name = any(?)) order by completed_at desc, id limit ?";

    private final DataSource database;
    private final Outbox outbox;
    private final AlertBook alerts;

    RetentionRuns(DataSource database, Outbox outbox, AlertBook alerts) {
        this.database = database;
        this.outbox = outbox;
        this.alerts = alerts;
    }

    /** @param tell whether the run is published although nothing was deleted and nothing failed */
    void completed(RetentionRun run, boolean tell) {
        try {
            boolean unused = JdbcTransaction.run(database, connection -> {
                insert(connection, run);
                forget(connection, run);
                if (tell || run.deleted() > 0 || run.failed() > 0) {
                    publish(connection, run);
                }
                return alert(connection, run);
            });
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** @return whether the alert began or ended */
    private boolean alert(Connection connection, RetentionRun run) throws SQLException {
        if (run.failed() > 0) {
            return alerts.raise(
                    connection,
                    failure(
                            run.source(),
                            run.failed() + " backups could not be deleted, such as: "
                                    + run.failures().getFirst()));
        }
        return run.suspended() == null && alerts.resolve(connection, alertKey(run.source()));
    }

    private static String alertKey(SourceRef source) {
        return "retention-failed/" + source.name();
    }

    static AlertCondition failure(SourceRef source, String what) {
        return new AlertCondition(
                alertKey(source),
                "retention-failed",
                AlertEvent.Severity.WARNING,
                source,
                "source \"" + source.name() + "\": " + what + ". The next run tries again",
                null);
    }

    private void publish(Connection connection, RetentionRun run) throws SQLException {
        var event = new SourceEvent.RetentionCompleted(
                run.source(),
                run.kept(),
                run.deleted(),
                run.failed(),
                run.bytes(),
                run.backups().stream().limit(MOST_IDS).toList(),
                run.suspended(),
                run.requestedBy(),
                run.completedAt());
        outbox.publish(
                connection,
                new OutboxEvent(
                        Topic.BACKUP_EVENTS,
                        event,
                        run.id().toString(),
                        run.source().name(),
                        null,
                        null,
                        run.source().id().toString()));
    }

    private static void insert(Connection connection, RetentionRun run) throws SQLException {
        try (var insert = connection.prepareStatement(
                "insert into retention_run (" + COLUMNS + ") values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            insert.setObject(1, run.id());
            insert.setObject(2, run.source().id().value());
            insert.setString(3, run.source().name());
            insert.setString(4, run.requestedBy());
            insert.setTimestamp(5, Timestamp.from(run.startedAt()));
            insert.setTimestamp(6, Timestamp.from(run.completedAt()));
            insert.setInt(7, run.kept());
            insert.setInt(8, run.deleted());
            insert.setInt(9, run.failed());
            insert.setLong(10, run.bytes());
            insert.setArray(11, ids(connection, run.backups()));
            insert.setArray(12, connection.createArrayOf("text", run.failures().toArray()));
            insert.setString(13, run.suspended());
            insert.executeUpdate();
        }
    }

    private static void forget(Connection connection, RetentionRun run) throws SQLException {
        try (var delete =
                connection.prepareStatement("delete from retention_run where source_id = ? and completed_at < ?")) {
            delete.setObject(1, run.source().id().value());
            delete.setTimestamp(2, Timestamp.from(run.completedAt().minus(KEPT)));
            delete.executeUpdate();
        }
    }

    /**
     * Newest first.
     *
     * @param name null: of all sources
     * @param source id of the source that has the name now; null if none has
     */
    List<RetentionRun> list(@Nullable String name, @Nullable SourceId source, VisibleSources visible, int limit) {
        try (Connection connection = database.getConnection();
                var select = connection.prepareStatement(LIST)) {
            select.setString(1, name);
            select.setString(2, name);
            select.setObject(3, source == null ? new UUID(0, 0) : source.value());
            select.setBoolean(4, visible.all());
            select.setArray(5, connection.createArrayOf("text", visible.names().toArray()));
            select.setInt(6, limit);
            try (ResultSet row = select.executeQuery()) {
                List<RetentionRun> runs = new ArrayList<>();
                while (row.next()) {
                    runs.add(run(row));
                }
                return runs;
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private static RetentionRun run(ResultSet row) throws SQLException {
        return new RetentionRun(
                row.getObject(1, UUID.class),
                new SourceRef(new SourceId(row.getObject(2, UUID.class)), row.getString(3)),
                row.getString(4),
                row.getTimestamp(5).toInstant(),
                row.getTimestamp(6).toInstant(),
                row.getInt(7),
                row.getInt(8),
                row.getInt(9),
                row.getLong(10),
                ids(row.getArray(11)),
                List.of((String[]) row.getArray(12).getArray()),
                row.getString(13));
    }

    private static IllegalStateException failed(SQLException e) {
        return new IllegalStateException("cannot use the table of retention runs: " + e.getMessage(), e);
    }

    static Array ids(Connection connection, List<BackupId> backups) throws SQLException {
        return connection.createArrayOf(
                "uuid", backups.stream().map(BackupId::value).toArray());
    }

    static List<BackupId> ids(Array array) throws SQLException {
        return Stream.of((UUID[]) array.getArray()).map(BackupId::new).toList();
    }
}
