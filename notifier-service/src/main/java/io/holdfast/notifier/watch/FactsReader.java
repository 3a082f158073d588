package io.holdfast.notifier.watch;

import io.holdfast.contracts.FailureCode;
import io.holdfast.notifier.watch.PlatformFacts.DeadLetters;
import io.holdfast.notifier.watch.PlatformFacts.ReportedAlert;
import io.holdfast.notifier.watch.PlatformFacts.RestoreFacts;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what the rules are evaluated on, in the caller's transaction. Blocks. */
public final class FactsReader {
    private static final Duration RESTORES = Duration.ofDays(2);

    private FactsReader() {}

    /** Begins to watch the configured sources that are not watched yet; slots of the past are not expected of them. */
    public static void know(Connection connection, Collection<String> sources, Instant now) throws SQLException {
        try (var insert = connection.prepareStatement("insert into watched_source (name, known_since)"
                + " select name, ? from unnest(?) as name on conflict (name) do nothing")) {
            insert.setTimestamp(1, Timestamp.from(now));
            insert.setArray(2, connection.createArrayOf("text", sources.toArray()));
            insert.executeUpdate();
        }
    }

    /** @param channels the configured ones */
    public static PlatformFacts read(Connection connection, Collection<String> channels, Instant now)
            throws SQLException {
        return new PlatformFacts(
                sources(connection),
                reported(connection),
                restores(connection, now),
                deadLetters(connection),
                ChannelOutcomes.read(connection, channels).troubles(),
                oldestOutbox(connection),
                DrillFacts.read(connection));
    }

    private static Map<String, SourceFacts> sources(Connection connection) throws SQLException {
        Map<String, SourceFacts> sources = new LinkedHashMap<>();
        try (var select = connection.prepareStatement(SourceFactsSql.ALL);
                var row = select.executeQuery()) {
            while (row.next()) {
                SourceFacts facts = source(row);
                sources.put(facts.name(), facts);
            }
        }
        return sources;
    }

    private static SourceFacts source(ResultSet row) throws SQLException {
        return new SourceFacts(
                row.getString("name"),
                row.getTimestamp("known_since").toInstant(),
                instant(row, "paused_from"),
                instant(row, "paused_until"),
                trouble(row, "failed"),
                trouble(row, "inconclusive"),
                trouble(row, "bad"),
                instant(row, "last_completed"),
                instant(row, "newest_stored"),
                instant(row, "newest_proven"),
                begun(row, "running"),
                usual(row),
                begun(row, "unjudged"));
    }

    private static @Nullable Duration usual(ResultSet row) throws SQLException {
        double millis = row.getDouble("usual_millis");
        return row.wasNull() ? null : Duration.ofMillis(Math.round(millis));
    }

    private static SourceFacts.@Nullable Begun begun(ResultSet row, String of) throws SQLException {
        String id = row.getString(of + "_id");
        Instant since = instant(row, of + "_since");
        return id == null || since == null ? null : new SourceFacts.Begun(id, since);
    }

    private static @Nullable Trouble trouble(ResultSet row, String of) throws SQLException {
        String id = row.getString(of + "_id");
        Instant since = instant(row, of + "_since");
        Instant last = instant(row, of + "_last");
        if (id == null || since == null || last == null) {
            return null;
        }
        String message = row.getString(of + "_message");
        return new Trouble(
                id,
                code(row.getString(of + "_code")),
                message == null ? "no reason was given" : message,
                since,
                last,
                row.getInt(of + "_count"));
    }

    /** A code of a newer version is unknown here. */
    private static FailureCode code(@Nullable String name) {
        return Arrays.stream(FailureCode.values())
                .filter(code -> code.name().equals(name))
                .findFirst()
                .orElse(FailureCode.INTERNAL);
    }

    private static List<ReportedAlert> reported(Connection connection) throws SQLException {
        List<ReportedAlert> found = new ArrayList<>();
        try (var select = connection.prepareStatement("select id, name, severity, source, summary, cause, raised_at"
                        + " from reported_alert where resolved_at is null order by raised_at, id");
                var row = select.executeQuery()) {
            while (row.next()) {
                found.add(new ReportedAlert(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6),
                        row.getTimestamp(7).toInstant()));
            }
        }
        return found;
    }

    private static List<RestoreFacts> restores(Connection connection, Instant now) throws SQLException {
        List<RestoreFacts> found = new ArrayList<>();
        try (var select = connection.prepareStatement("""
                select id, source, started_at, awaiting_since, expires_at, ended_at, outcome, failure, failure_message,
                    live, place
                from watched_restore where ended_at is null or ended_at > ? order by recorded_at""")) {
            select.setTimestamp(1, Timestamp.from(now.minus(RESTORES)));
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    found.add(new RestoreFacts(
                            row.getString("id"),
                            row.getString("source"),
                            instant(row, "started_at"),
                            instant(row, "awaiting_since"),
                            instant(row, "expires_at"),
                            instant(row, "ended_at"),
                            row.getString("outcome"),
                            row.getString("failure"),
                            row.getString("failure_message"),
                            row.getString("live"),
                            row.getString("place")));
                }
            }
        }
        return found;
    }

    private static List<DeadLetters> deadLetters(Connection connection) throws SQLException {
        List<DeadLetters> found = new ArrayList<>();
        try (var select = connection.prepareStatement(
                        "select topic, letters, first_at, last_at, reason from dead_letter order by topic");
                var row = select.executeQuery()) {
            while (row.next()) {
                found.add(new DeadLetters(
                        row.getString(1),
                        row.getLong(2),
                        row.getTimestamp(3).toInstant(),
                        row.getTimestamp(4).toInstant(),
                        row.getString(5)));
            }
        }
        return found;
    }

    private static @Nullable Instant oldestOutbox(Connection connection) throws SQLException {
        try (var select = connection.prepareStatement("select min(created_at) from outbox");
                var row = select.executeQuery()) {
            Timestamp oldest = row.next() ? row.getTimestamp(1) : null;
            return oldest == null ? null : oldest.toInstant();
        }
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp value = row.getTimestamp(column);
        return value == null ? null : value.toInstant();
    }
}
