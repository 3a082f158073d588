package io.holdfast.notifier.alert;

import io.holdfast.notifier.escalation.LinkSigner;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Rows of the links that acknowledge, and their key, in the caller's transaction. */
final class LinkTable {
    /** How long a link works. */
    static final Duration LASTS = Duration.ofHours(24);

    private LinkTable() {}

    /**
     * A link.
     *
     * @param channel on which it was sent
     * @param used whether it has acknowledged already
     */
    record Link(UUID id, List<UUID> alerts, String channel, boolean used) {}

    /** The key of the platform, made at first use. The row of rounds must be locked, or the key exists. */
    static LinkSigner signer(Connection connection) throws SQLException {
        try (var select = connection.prepareStatement("select link_key from alert_round");
                var row = select.executeQuery()) {
            row.next();
            byte[] key = row.getBytes(1);
            return new LinkSigner(key == null ? created(connection) : key);
        }
    }

    private static byte[] created(Connection connection) throws SQLException {
        try (var update = connection.prepareStatement(
                "update alert_round set link_key = coalesce(link_key, ?) returning link_key")) {
            update.setBytes(1, LinkSigner.newKey());
            try (var row = update.executeQuery()) {
                row.next();
                return row.getBytes(1);
            }
        }
    }

    static void insert(Connection connection, Link link, Instant now) throws SQLException {
        try (var insert = connection.prepareStatement(
                "insert into acknowledgement_link (id, alerts, channel, expires_at) values (?, ?, ?, ?)")) {
            insert.setObject(1, link.id());
            insert.setArray(2, connection.createArrayOf("uuid", link.alerts().toArray()));
            insert.setString(3, link.channel());
            insert.setTimestamp(4, Timestamp.from(now.plus(LASTS)));
            insert.executeUpdate();
        }
    }

    static Optional<Link> find(Connection connection, UUID id) throws SQLException {
        try (var select = connection.prepareStatement(
                "select alerts, channel, used_at is not null from acknowledgement_link where id = ?")) {
            select.setObject(1, id);
            try (var row = select.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                List<UUID> alerts = new ArrayList<>();
                Arrays.asList((Object[]) row.getArray(1).getArray()).forEach(alert -> alerts.add((UUID) alert));
                return Optional.of(new Link(id, alerts, row.getString(2), row.getBoolean(3)));
            }
        }
    }

    /** Uses a link up; false if it was used before. */
    static boolean use(Connection connection, UUID id, Instant now) throws SQLException {
        try (var update = connection.prepareStatement(
                "update acknowledgement_link set used_at = ? where id = ? and used_at is null")) {
            update.setTimestamp(1, Timestamp.from(now));
            update.setObject(2, id);
            return update.executeUpdate() == 1;
        }
    }

    static void forget(Connection connection, Instant now) throws SQLException {
        try (var delete = connection.prepareStatement("delete from acknowledgement_link where expires_at < ?")) {
            delete.setTimestamp(1, Timestamp.from(now.minus(LASTS)));
            delete.executeUpdate();
        }
    }
}
