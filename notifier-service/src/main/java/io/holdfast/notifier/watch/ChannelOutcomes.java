package io.holdfast.notifier.watch;

import io.holdfast.notifier.watch.PlatformFacts.ChannelTrouble;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The last outcome of each channel: of a message, or of a test that passed since. A failure has no age at which it ends.
 *
 * @param used the number of channels with an outcome
 * @param troubles the channels whose last outcome is a failure
 */
public record ChannelOutcomes(int used, List<ChannelTrouble> troubles) {
    private static final String LAST = """
            select c.channel, d.id, d.last_error, d.failed_at, t.passed_at
            from unnest(?) as c (channel)
                left join lateral (
                    select id, last_error, failed_at from delivery
                    where channel = c.channel and state in ('DELIVERED', 'FAILED')
                    order by coalesce(failed_at, delivered_at) desc nulls last limit 1) d on true
                left join channel_test t on t.channel = c.channel
            where d.id is not null or t.channel is not null
            order by c.channel""";

    public ChannelOutcomes {
        troubles = List.copyOf(troubles);
    }

    /** Reads the outcomes of these channels in the caller's transaction. */
    public static ChannelOutcomes read(Connection connection, Collection<String> channels) throws SQLException {
        int used = 0;
        List<ChannelTrouble> troubles = new ArrayList<>();
        try (var select = connection.prepareStatement(LAST)) {
            select.setArray(1, connection.createArrayOf("text", channels.toArray()));
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    used++;
                    if (failed(row)) {
                        troubles.add(trouble(row));
                    }
                }
            }
        }
        return new ChannelOutcomes(used, troubles);
    }

    private static boolean failed(ResultSet row) throws SQLException {
        Timestamp failed = row.getTimestamp("failed_at");
        Timestamp passed = row.getTimestamp("passed_at");
        return failed != null && (passed == null || failed.after(passed));
    }

    private static ChannelTrouble trouble(ResultSet row) throws SQLException {
        String reason = row.getString("last_error");
        return new ChannelTrouble(
                row.getString("channel"),
                row.getString("id"),
                reason == null ? "no reason was given" : reason,
                row.getTimestamp("failed_at").toInstant());
    }
}
