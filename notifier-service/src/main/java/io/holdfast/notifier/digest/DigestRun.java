package io.holdfast.notifier.digest;

import io.holdfast.config.ChannelConfig;
import io.holdfast.config.DigestPeriod;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.notifier.delivery.MessageQueue;
import io.holdfast.notifier.notice.Notification;
import io.holdfast.notifier.notice.PlatformDetails;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/** Queues the digests that are due, in the transaction of a round, so that each slot has one for all replicas. */
@ApplicationScoped
public class DigestRun {
    private static final String TYPE = "io.holdfast.Digest.v1";

    private final MessageQueue messages;

    DigestRun(MessageQueue messages) {
        this.messages = messages;
    }

    /**
     * Queues.
     *
     * @param alerts a line for each open alert of a channel
     * @return the delivery of each channel that gets a digest now
     */
    public Map<String, UUID> run(
            Connection connection, HoldfastConfig config, Function<String, List<String>> alerts, Instant now)
            throws SQLException {
        Map<String, Instant> last = last(connection);
        Map<String, UUID> sent = new HashMap<>();
        for (var entry : config.channels().entrySet()) {
            String name = entry.getKey();
            ChannelConfig channel = entry.getValue();
            List<String> sources = sources(config, name);
            if (!hasDigest(config, name)) {
                continue;
            }
            Instant slot = DigestSchedule.latest(channel, now);
            Instant before = last.get(name);
            if (before == null || slot.isAfter(before)) {
                remember(connection, name, slot);
            }
            // a channel that is new has no digest of the time before it
            if (before != null && slot.isAfter(before)) {
                Instant from = DigestSchedule.begin(channel, slot);
                DigestReport report = DigestReport.read(connection, sources, from, slot);
                Notification notice = DigestMessage.of(channel.digest(), report, alerts.apply(name), name, from, slot);
                Notification named = PlatformDetails.added(notice, config);
                sent.put(name, messages.add(connection, name, named, TYPE, "DIGEST"));
            }
        }
        return sent;
    }

    /** Whether the channel gets digests: it wants them, and a source notifies it. PagerDuty shows no digest. */
    public static boolean hasDigest(HoldfastConfig config, String name) {
        ChannelConfig channel = config.channels().get(name);
        return channel != null
                && channel.digest() != DigestPeriod.NONE
                && !(channel instanceof ChannelConfig.PagerDuty)
                && !sources(config, name).isEmpty();
    }

    /** The sources that notify this channel. */
    private static List<String> sources(HoldfastConfig config, String channel) {
        return config.sources().entrySet().stream()
                .filter(source -> source.getValue().notifyChannels().contains(channel))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    private static Map<String, Instant> last(Connection connection) throws SQLException {
        Map<String, Instant> last = new HashMap<>();
        try (var select = connection.prepareStatement("select channel, slot_at from digest");
                var row = select.executeQuery()) {
            while (row.next()) {
                last.put(row.getString(1), row.getTimestamp(2).toInstant());
            }
        }
        return last;
    }

    private static void remember(Connection connection, String channel, Instant slot) throws SQLException {
        try (var upsert = connection.prepareStatement("insert into digest (channel, slot_at) values (?, ?)"
                + " on conflict (channel) do update set slot_at = excluded.slot_at")) {
            upsert.setString(1, channel);
            upsert.setTimestamp(2, Timestamp.from(slot));
            upsert.executeUpdate();
        }
    }
}
