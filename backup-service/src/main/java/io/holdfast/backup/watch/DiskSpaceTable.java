package io.holdfast.backup.watch;

import io.holdfast.eventing.health.DiskSpace;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The latest measurement of each folder of each replica, by the database's clock. */
final class DiskSpaceTable {
    /** A replica that is silent for longer is gone. */
    private static final Duration KEPT = Duration.ofMinutes(10);

    private DiskSpaceTable() {}

    /** @param checkedAt the database's time */
    record Measurement(String host, DiskSpace space, Instant checkedAt) {
        String alertKey() {
            return DiskSpaceTable.alertKey(host, space.folder());
        }
    }

    static String alertKey(String host, String folder) {
        return "disk-space/" + host + folder;
    }

    static void record(Connection connection, String host, DiskSpace space) throws SQLException {
        try (var statement = connection.prepareStatement("""
                insert into disk_space (host, folder, free_bytes, size_bytes, checked_at)
                values (?, ?, ?, ?, clock_timestamp())
                on conflict (host, folder) do update
                set free_bytes = excluded.free_bytes, size_bytes = excluded.size_bytes, checked_at = excluded.checked_at""")) {
            statement.setString(1, host);
            statement.setString(2, space.folder());
            statement.setLong(3, space.free());
            statement.setLong(4, space.size());
            statement.executeUpdate();
        }
    }

    /** Forgets the folders of replicas that are gone, and returns them. */
    static List<Measurement> forget(Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement(
                "delete from disk_space where checked_at < clock_timestamp() - make_interval(secs => ?)"
                        + " returning host, folder, free_bytes, size_bytes, checked_at")) {
            statement.setDouble(1, (double) KEPT.toSeconds());
            return read(statement.executeQuery());
        }
    }

    static List<Measurement> all(Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement(
                "select host, folder, free_bytes, size_bytes, checked_at from disk_space order by host, folder")) {
            return read(statement.executeQuery());
        }
    }

    private static List<Measurement> read(ResultSet rows) throws SQLException {
        try (rows) {
            List<Measurement> found = new ArrayList<>();
            while (rows.next()) {
                Timestamp checkedAt = rows.getTimestamp(5);
                found.add(new Measurement(
                        rows.getString(1),
                        new DiskSpace(rows.getString(2), rows.getLong(3), rows.getLong(4)),
                        checkedAt.toInstant()));
            }
            return found;
        }
    }
}
