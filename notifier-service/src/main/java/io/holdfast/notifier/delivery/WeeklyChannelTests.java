package io.holdfast.notifier.delivery;

import io.holdfast.config.ChannelConfig;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.SelfTestPeriod;
import io.holdfast.notifier.notice.Notification;
import io.holdfast.notifier.notice.PlatformDetails;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Queues a test message for each channel that delivered nothing for a week, in the transaction of a round, so that all
 * replicas send one. The test is a delivery: it is retried, and its failure is the alert notification-failed.
 */
@ApplicationScoped
public class WeeklyChannelTests {
    static final String TYPE = "io.holdfast.ChannelTest.v1";
    private static final Duration PERIOD = Duration.ofDays(7);
    private static final Duration JITTER = Duration.ofHours(12);
    private static final int FIRST_HOUR = 9;
    private static final int LAST_HOUR = 17;
    private static final String KNOW =
            "insert into weekly_channel_test (channel, since) select name, ? from unnest(?) as name on conflict do nothing";
    private static final String STATES = """
            select w.channel, w.since, greatest(t.passed_at, (
                select d.delivered_at from delivery d where d.channel = w.channel and d.state = 'DELIVERED'
                order by coalesce(d.failed_at, d.delivered_at) desc nulls last limit 1))
            from weekly_channel_test w left join channel_test t on t.channel = w.channel
            where w.channel = any (?) order by w.channel""";

    private final MessageQueue messages;

    WeeklyChannelTests(MessageQueue messages) {
        this.messages = messages;
    }

    /**
     * What a test depends on.
     *
     * @param since when the channel became known, or its last weekly test was queued
     * @param delivered when its last message arrived, or a test passed; null: never
     */
    record ChannelState(
            String channel, Instant since, @Nullable Instant delivered) {

        /**
         * A week without a message or test, a part of a day that differs between channels and stays the same, and working
         * hours: a test may wake somebody. A test that is a day late does not wait for them.
         */
        boolean isDue(Instant now, ZoneId zone) {
            Instant last = delivered != null && delivered.isAfter(since) ? delivered : since;
            Duration jitter = Duration.ofMinutes(Math.floorMod(channel.hashCode(), JITTER.toMinutes()));
            Instant due = last.plus(PERIOD).plus(jitter);
            int hour = now.atZone(zone).getHour();
            boolean working = hour >= FIRST_HOUR && hour < LAST_HOUR;
            return !now.isBefore(working ? due : due.plus(Duration.ofDays(1)));
        }
    }

    /** Queues the tests that are due; none within the quiet hours of a channel. */
    public void run(Connection connection, HoldfastConfig config, Instant now) throws SQLException {
        if (config.notifications().selfTest() == SelfTestPeriod.NONE) {
            return;
        }
        know(connection, config.channels().keySet(), now);
        for (ChannelState state : states(connection, config.channels().keySet())) {
            ChannelConfig channel = config.channels().get(state.channel());
            if (channel != null && state.isDue(now, channel.timezone()) && !isQuiet(channel, now)) {
                Notification notice = Notification.test(state.channel(), now);
                Notification named = PlatformDetails.added(notice, config);
                messages.add(connection, state.channel(), named, TYPE, "SELF_TEST");
                queued(connection, state.channel(), now);
            }
        }
    }

    private static boolean isQuiet(ChannelConfig channel, Instant now) {
        return channel.quietHours()
                .filter(hours -> hours.contains(now.atZone(channel.timezone()).toLocalTime()))
                .isPresent();
    }

    private static void know(Connection connection, Collection<String> channels, Instant now) throws SQLException {
        try (var insert = connection.prepareStatement(KNOW)) {
            insert.setTimestamp(1, Timestamp.from(now));
            insert.setArray(2, connection.createArrayOf("text", channels.toArray()));
            insert.executeUpdate();
        }
    }

    private static List<ChannelState> states(Connection connection, Collection<String> channels) throws SQLException {
        List<ChannelState> found = new ArrayList<>();
        try (var select = connection.prepareStatement(STATES)) {
            select.setArray(1, connection.createArrayOf("text", channels.toArray()));
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    Timestamp delivered = row.getTimestamp(3);
                    found.add(new ChannelState(
                            row.getString(1),
                            row.getTimestamp(2).toInstant(),
                            delivered == null ? null : delivered.toInstant()));
                }
            }
        }
        return found;
    }

    private static void queued(Connection connection, String channel, Instant now) throws SQLException {
        try (var update = connection.prepareStatement("update weekly_channel_test set since = ? where channel = ?")) {
            update.setTimestamp(1, Timestamp.from(now));
            update.setString(2, channel);
            update.executeUpdate();
        }
    }
}
