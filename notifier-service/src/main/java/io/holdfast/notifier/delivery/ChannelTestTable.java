package io.holdfast.notifier.delivery;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;

/** The last test of each channel that passed, in the caller's transaction. */
final class ChannelTestTable {
    private ChannelTestTable() {}

    static void passed(Connection connection, String channel, Instant now) throws SQLException {
        try (var upsert = connection.prepareStatement("insert into channel_test (channel, passed_at) values (?, ?)"
                + " on conflict (channel) do update set passed_at = excluded.passed_at")) {
            upsert.setString(1, channel);
            upsert.setTimestamp(2, Timestamp.from(now));
            upsert.executeUpdate();
        }
    }
}
