package io.holdfast.notifier.alert;

import io.holdfast.access.VisibleSources;
import io.holdfast.eventing.rest.PageCursor;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Rows of silences, in the caller's transaction. */
final class SilenceTable {
    private SilenceTable() {}

    static void insert(Connection connection, Silence silence) throws SQLException {
        try (var insert =
                connection.prepareStatement("insert into silence (id, source, rule, until, reason, created_by,"
                        + " created_at) values (?, ?, ?, ?, ?, ?, ?)")) {
            insert.setObject(1, silence.id());
            insert.setString(2, silence.source());
            insert.setString(3, silence.rule());
            insert.setTimestamp(4, Timestamp.from(silence.until()));
            insert.setString(5, silence.reason());
            insert.setString(6, silence.createdBy());
            insert.setTimestamp(7, Timestamp.from(silence.createdAt()));
            insert.executeUpdate();
        }
    }

    /** Those that have not ended. */
    static List<Silence> current(Connection connection, Instant now) throws SQLException {
        try (var select =
                connection.prepareStatement("select * from silence where until > ? order by created_at, id")) {
            select.setTimestamp(1, Timestamp.from(now));
            return all(select);
        }
    }

    /** A page of those that have not ended, the newest first. */
    static PageCursor.Page<Silence> page(
            Connection connection, VisibleSources visible, Instant now, long before, int limit) throws SQLException {
        try (var select = connection.prepareStatement("select * from silence where until > ? and position < ?"
                + " and (? or source is null or source = any (?)) order by position desc limit ?")) {
            select.setTimestamp(1, Timestamp.from(now));
            select.setLong(2, before);
            select.setBoolean(3, visible.all());
            select.setArray(4, connection.createArrayOf("text", visible.names().toArray()));
            select.setInt(5, limit + 1);
            List<Long> positions = new ArrayList<>();
            List<Silence> found = new ArrayList<>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    positions.add(row.getLong("position"));
                    found.add(silence(row));
                }
            }
            return PageCursor.Page.of(found, limit, silence -> String.valueOf(positions.get(found.indexOf(silence))));
        }
    }

    private static List<Silence> all(PreparedStatement select) throws SQLException {
        List<Silence> found = new ArrayList<>();
        try (var row = select.executeQuery()) {
            while (row.next()) {
                found.add(silence(row));
            }
        }
        return found;
    }

    private static Silence silence(ResultSet row) throws SQLException {
        return new Silence(
                row.getObject("id", UUID.class),
                row.getString("source"),
                row.getString("rule"),
                row.getTimestamp("until").toInstant(),
                row.getString("reason"),
                row.getString("created_by"),
                row.getTimestamp("created_at").toInstant());
    }
}
