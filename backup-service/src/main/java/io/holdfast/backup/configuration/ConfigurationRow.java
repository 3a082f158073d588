package io.holdfast.backup.configuration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.holdfast.config.ConfigKeys;
import io.holdfast.eventing.cloudevents.EventJson;
import io.holdfast.eventing.config.ConfigStatus;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The configuration that was published last: one row for all replicas.
 *
 * @param sequence number of the latest event
 * @param digest of the file in effect
 * @param refused digest of the refused file or another text for an unreadable one; null if none is refused
 */
record ConfigurationRow(
        long sequence,
        String digest,
        ConfigKeys keys,
        @Nullable String refused) {

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
        try (var statement = connection.prepareStatement(
                        "select sequence, digest, keys, refused from configuration for update");
                var row = statement.executeQuery()) {
            return row.next()
                    ? Optional.of(new ConfigurationRow(
                            row.getLong(1), row.getString(2), keys(row.getString(3)), row.getString(4)))
                    : Optional.empty();
        }
    }

    void save(Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement(
                "update configuration set sequence = ?, digest = ?, keys = ?::jsonb, refused = ?")) {
            statement.setLong(1, sequence);
            statement.setString(2, digest);
            statement.setString(3, json(keys));
            statement.setString(4, refused);
            statement.executeUpdate();
        }
    }

    ConfigurationRow reloaded(ConfigStatus.Effective now) {
        return new ConfigurationRow(sequence + 1, now.digest(), now.keys(), refused);
    }

    ConfigurationRow refusing(String file) {
        return new ConfigurationRow(sequence + 1, digest, keys, file);
    }

    ConfigurationRow refusingNone() {
        return new ConfigurationRow(sequence, digest, keys, null);
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
