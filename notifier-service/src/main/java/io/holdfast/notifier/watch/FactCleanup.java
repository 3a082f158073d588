package io.holdfast.notifier.watch;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;

/** Removes facts that no rule asks for any more, in the caller's transaction. */
public final class FactCleanup {
    private static final Duration BACKUPS = Duration.ofDays(400);
    private static final Duration OTHERS = Duration.ofDays(30);

    private FactCleanup() {}

    public static void run(Connection connection, Instant now) throws SQLException {
        delete(connection, "delete from watched_backup where recorded_at < ?", now.minus(BACKUPS));
        delete(connection, "delete from watched_restore where recorded_at < ?", now.minus(OTHERS));
        delete(connection, "delete from reported_alert where resolved_at < ?", now.minus(OTHERS));
        delete(connection, "delete from dead_letter where last_at < ?", now.minus(OTHERS));
    }

    private static void delete(Connection connection, String sql, Instant before) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            statement.setTimestamp(1, Timestamp.from(before));
            statement.executeUpdate();
        }
    }
}
