package io.holdfast.backup.watch;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The checks of the last hour. Calls block. */
@ApplicationScoped
public class SourceCheckTable {
    static final Duration HISTORY = Duration.ofHours(1);
    private static final String COLUMNS =
            "source_id, checked_at, ok, latency_millis, server_version, failure_code, failure_message";

    private final DataSource database;

    SourceCheckTable(DataSource database) {
        this.database = database;
    }

    /** Records a check, forgets those before the last hour, but for the one before it, and those of a clock that was ahead, and returns the two newest, newest first. */
    List<SourceCheckResult> record(Connection connection, SourceId source, SourceCheckResult check)
            throws SQLException {
        insert(connection, source, check);
        // the check before this one stays, however long ago it was: two failures in a row are an alert
        try (var statement =
                connection.prepareStatement("delete from source_check where source_id = ? and (checked_at > ?"
                        + " or (checked_at < ? and checked_at < (select max(checked_at) from source_check"
                        + " where source_id = ? and checked_at < ?)))")) {
            statement.setObject(1, source.value());
            statement.setTimestamp(2, Timestamp.from(check.checkedAt()));
            statement.setTimestamp(3, Timestamp.from(check.checkedAt().minus(HISTORY)));
            statement.setObject(4, source.value());
            statement.setTimestamp(5, Timestamp.from(check.checkedAt()));
            statement.executeUpdate();
        }
        try (var statement = connection.prepareStatement(
                "select " + COLUMNS + " from source_check where source_id = ? order by checked_at desc limit 2")) {
            statement.setObject(1, source.value());
            return read(statement.executeQuery()).getOrDefault(source, List.of());
        }
    }

    private static void insert(Connection connection, SourceId source, SourceCheckResult check) throws SQLException {
        FailureReason reason = check.reason();
        try (var statement = connection.prepareStatement(
                "insert into source_check (" + COLUMNS + ") values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing")) {
            statement.setObject(1, source.value());
            statement.setTimestamp(2, Timestamp.from(check.checkedAt()));
            statement.setBoolean(3, check.ok());
            statement.setObject(4, check.latencyMillis());
            statement.setString(5, check.serverVersion());
            statement.setString(6, reason == null ? null : reason.code().name());
            statement.setString(7, reason == null ? null : reason.message());
            statement.executeUpdate();
        }
    }

    /** Returns the checks of one source, newest first. */
    public List<SourceCheckResult> history(SourceId source) {
        try (Connection connection = database.getConnection();
                var statement = connection.prepareStatement("select " + COLUMNS
                        + " from source_check where source_id = ? order by checked_at desc limit 1000")) {
            statement.setObject(1, source.value());
            return read(statement.executeQuery()).getOrDefault(source, List.of());
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /** Returns the newest check of each source. */
    public Map<SourceId, SourceCheckResult> newest() {
        try (Connection connection = database.getConnection();
                var statement = connection.prepareStatement("select distinct on (source_id) " + COLUMNS
                        + " from source_check order by source_id, checked_at desc")) {
            Map<SourceId, SourceCheckResult> newest = new LinkedHashMap<>();
            read(statement.executeQuery()).forEach((source, checks) -> newest.put(source, checks.getFirst()));
            return newest;
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private static Map<SourceId, List<SourceCheckResult>> read(ResultSet rows) throws SQLException {
        try (rows) {
            Map<SourceId, List<SourceCheckResult>> found = new LinkedHashMap<>();
            while (rows.next()) {
                found.computeIfAbsent(new SourceId(rows.getObject(1, UUID.class)), source -> new ArrayList<>())
                        .add(row(rows));
            }
            return found;
        }
    }

    private static SourceCheckResult row(ResultSet row) throws SQLException {
        double latency = row.getDouble(4);
        boolean measured = !row.wasNull();
        Instant at = row.getTimestamp(2).toInstant();
        return new SourceCheckResult(
                at,
                row.getBoolean(3),
                measured ? latency : null,
                row.getString(5),
                reason(row.getString(6), row.getString(7)));
    }

    private static @Nullable FailureReason reason(@Nullable String code, @Nullable String message) {
        return code == null ? null : FailureReason.of(FailureCode.valueOf(code), message == null ? "" : message);
    }

    private static HoldfastException failure(SQLException e) {
        return HoldfastException.of(FailureCode.INTERNAL, "checks of sources cannot be read: " + e.getMessage(), e);
    }
}
