package io.holdfast.audit.activity;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * Finds records whose place in the log another event has. That happens only if a topic was deleted and made anew: its
 * offsets start over, and the log would seem whole although the new events are not in it.
 */
final class OffsetConflictCounter {
    private static final String OTHER = """
            select 1 from activity_log where topic = ? and "partition" = ? and "offset" = ?
            and (event_source, event_id) is distinct from (?, ?) and event_id is not null""";

    private OffsetConflictCounter() {}

    static int count(Connection connection, List<ActivityEntry> entries) throws SQLException {
        int displaced = 0;
        try (PreparedStatement other = connection.prepareStatement(OTHER)) {
            for (ActivityEntry entry : entries) {
                if (entry.eventId() != null && isTaken(other, entry)) {
                    displaced++;
                }
            }
        }
        return displaced;
    }

    private static boolean isTaken(PreparedStatement other, ActivityEntry entry) throws SQLException {
        other.setString(1, entry.topic());
        other.setInt(2, entry.partition());
        other.setLong(3, entry.offset());
        other.setString(4, entry.eventSource());
        other.setString(5, entry.eventId());
        try (ResultSet row = other.executeQuery()) {
            return row.next();
        }
    }
}
