package io.holdfast.notifier.watch;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;

/** Removes facts that no rule asks for any more, in the caller's transaction. */
public final class FactCleanup {
    private static final Duration BACKUPS = Duration.ofDays(35);
    private static final Duration MESSAGES = Duration.ofDays(90);
    private static final Duration OTHERS = Duration.ofDays(30);

    /** The newest stored and the newest proven one of each source stay: the objective is measured on them. */
    private static final String OLD_BACKUPS = """
            delete from watched_backup b where recorded_at < ? and (outcome <> 'STORED' or exists (
                select 1 from watched_backup newer
                where newer.source = b.source and newer.outcome = 'STORED' and newer.snapshot_at > b.snapshot_at
                    and (newer.proof = 'PROVEN' or b.proof is distinct from 'PROVEN')))""";

    /** The newest outcome of each channel stays: it says whether the channel works. */
    private static final String OLD_DELIVERIES = """
            delete from delivery d where created_at < ? and state <> 'PENDING' and position < (
                select max(newer.position) from delivery newer where newer.channel = d.channel and newer.state in ('DELIVERED', 'FAILED'))""";

    /** Those of a source that is watched stay: drills may be a year apart. */
    private static final String OLD_DRILLS = """
            delete from watched_drill d where completed_at < ? and not exists (
                select 1 from watched_source w where w.name = d.source)""";

    private FactCleanup() {}

    public static void run(Connection connection, Instant now) throws SQLException {
        delete(connection, OLD_BACKUPS, now.minus(BACKUPS));
        delete(connection, "delete from watched_restore where recorded_at < ?", now.minus(OTHERS));
        delete(connection, "delete from reported_alert where resolved_at < ?", now.minus(OTHERS));
        delete(connection, "delete from dead_letter where last_at < ?", now.minus(OTHERS));
        delete(connection, OLD_DRILLS, now.minus(OTHERS));
        delete(connection, OLD_DELIVERIES, now.minus(MESSAGES));
        delete(connection, "delete from slack_thread where created_at < ?", now.minus(MESSAGES));
        delete(connection, "delete from silence where until < ?", now.minus(MESSAGES));
    }

    private static void delete(Connection connection, String sql, Instant before) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            statement.setTimestamp(1, Timestamp.from(before));
            statement.executeUpdate();
        }
    }
}
