package io.holdfast.backup.configuration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.holdfast.config.ConfigKeys;
import io.holdfast.eventing.cloudevents.EventJson;
import io.holdfast.eventing.config.ConfigStatus;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The configuration that was published last: one row for all replicas.
 *
 * @param sequence number of the latest event
 * @param digest of the file in effect
 * @param former digests of files that were in effect before, oldest first
 * @param refused digest of the refused file or another text for an unreadable one; null if none is refused
 */
record ConfigurationRow(
        long sequence,
        String digest,
        ConfigKeys keys,
        List<String> former,
        @Nullable String refused) {
    private static final int MOST_FORMER = 100;

    ConfigurationRow {
        former = List.copyOf(former);
    }

    /** Creates the row; another replica may have been faster. */
    static void create(Connection connection, ConfigStatus.Effective effective) throws SQLException {
        try (var statement = connection.prepareStatement("insert into configuration (singleton, sequence, digest, keys)"
                + " values (true, 0, ?, ?::jsonb) on conflict (singleton) do nothing")) {
            statement.setString(1, effective.digest());
            statement.setString(2, json(effective.keys()));
            statement.executeUpdate();
        }
    }

    /** Locks the row until the end of the transaction. */
    static Optional<ConfigurationRow> locked(Connection connection) throws SQLException {
        return read(connection, " for update");
    }

    static Optional<ConfigurationRow> read(Connection connection) throws SQLException {
        return read(connection, "");
    }

    private static Optional<ConfigurationRow> read(Connection connection, String lock) throws SQLException {
        try (var statement = connection.prepareStatement(
                        "select sequence, digest, keys, former, refused from configuration" + lock);
                var row = statement.executeQuery()) {
            return row.next()
                    ? Optional.of(new ConfigurationRow(
                            row.getLong(1),
                            row.getString(2),
                            keys(row.getString(3)),
                            List.of((String[]) row.getArray(4).getArray()),
                            row.getString(5)))
                    : Optional.empty();
        }
    }

    void save(Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement(
                "update configuration set sequence = ?, digest = ?, keys = ?::jsonb, former = ?, refused = ?")) {
            statement.setLong(1, sequence);
            statement.setString(2, digest);
            statement.setString(3, json(keys));
            statement.setArray(4, connection.createArrayOf("text", former.toArray()));
            statement.setString(5, refused);
            statement.executeUpdate();
        }
    }

    /**
     * Returns whether another file replaced this one. It did not if the process had the file of this row before: an operator
     * then restored the former file.
     *
     * @param before digest of the file that the process had before; null if it just started
     */
    boolean isNewerThan(String file, @Nullable String before) {
        return !file.equals(digest) && !digest.equals(before) && former.contains(file);
    }

    ConfigurationRow reloaded(ConfigStatus.Effective now) {
        List<String> before = Stream.concat(former.stream(), Stream.of(digest))
                .filter(each -> !each.equals(now.digest()))
                .distinct()
                .toList();
        List<String> kept = before.subList(Math.max(0, before.size() - MOST_FORMER), before.size());
        return new ConfigurationRow(sequence + 1, now.digest(), now.keys(), kept, refused);
    }

    ConfigurationRow refusing(String file) {
        return new ConfigurationRow(sequence + 1, digest, keys, former, file);
    }

    ConfigurationRow refusingNone() {
        return new ConfigurationRow(sequence, digest, keys, former, null);
    }

    private static String json(ConfigKeys keys) {
        try {
            return EventJson.mapper().writeValueAsString(keys.digests());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts are always JSON", e);
        }
    }

    private static ConfigKeys keys(String json) {
        try {
            return ConfigKeys.stored(EventJson.mapper().readValue(json, new TypeReference<Map<String, String>>() {}));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("table configuration: column keys is not what this service wrote", e);
        }
    }
}
