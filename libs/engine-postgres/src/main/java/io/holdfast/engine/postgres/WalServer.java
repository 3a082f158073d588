package io.holdfast.engine.postgres;

import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.ConnectionRole;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a server says of its WAL and of a replication slot. Each call opens a session and closes it. Failures are those of
 * a source: SOURCE_UNREACHABLE and the like.
 */
public final class WalServer {
    private static final String STATE = "SELECT c.system_identifier::text AS system,"
            + " pg_catalog.current_setting('server_version_num')::int / 10000 AS major,"
            + " pg_catalog.pg_size_bytes(pg_catalog.current_setting('wal_segment_size')) AS segment,"
            + " pg_catalog.clock_timestamp() AS now,"
            + " pg_catalog.pg_is_in_recovery() AS standby,"
            + " CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()"
            + " ELSE pg_catalog.pg_current_wal_lsn() END::text AS lsn,"
            + " pg_catalog.current_setting('wal_level') AS level,"
            + " (SELECT setting::bigint FROM pg_catalog.pg_settings WHERE name = 'max_slot_wal_keep_size') AS keep,"
            + " ARRAY(SELECT oid::text FROM pg_catalog.pg_tablespace WHERE spcname NOT IN ('pg_default', 'pg_global')) AS spaces"
            + " FROM pg_catalog.pg_control_system() c";
    private static final String SLOT = "SELECT s.active, s.wal_status, s.restart_lsn::text AS restart, s.safe_wal_size,"
            + " pg_catalog.pg_wal_lsn_diff(CASE WHEN pg_catalog.pg_is_in_recovery()"
            + " THEN pg_catalog.pg_last_wal_replay_lsn() ELSE pg_catalog.pg_current_wal_lsn() END, s.restart_lsn)::bigint"
            + " AS lag FROM pg_catalog.pg_replication_slots s WHERE s.slot_name = ?";

    private final ConnectionFactory connections;

    public WalServer(DatabaseAddress address, PasswordSupplier password) {
        this.connections = new ConnectionFactory(address, password, "holdfast/wal", ConnectionRole.SOURCE);
    }

    /**
     * @param segmentBytes size of a WAL segment
     * @param now by the server's clock, which commits are stamped with
     * @param lsn the current position, as text
     * @param keepMebibytes {@code max_slot_wal_keep_size}; -1 for no limit
     * @param tablespaces OIDs, without those of {@code pg_default} and {@code pg_global}
     */
    public record State(
            String systemIdentifier,
            int major,
            int segmentBytes,
            Instant now,
            boolean standby,
            String lsn,
            String walLevel,
            long keepMebibytes,
            Set<String> tablespaces) {
        public State {
            tablespaces = Set.copyOf(tablespaces);
        }
    }

    /**
     * @param walStatus {@code reserved}, {@code extended}, {@code unreserved} or {@code lost}
     * @param lagBytes of WAL that the server keeps for the slot
     * @param safeBytes that may be written until the slot is in danger; null if there is no limit
     */
    public record Slot(
            boolean active,
            @Nullable String walStatus,
            @Nullable String restartLsn,
            long lagBytes,
            @Nullable Long safeBytes) {
        /** Whether the server no longer has the WAL that the slot needs. */
        public boolean lost() {
            return "lost".equals(walStatus);
        }
    }

    private interface Query<T> {
        T read(Connection connection) throws SQLException;
    }

    public State state() {
        return query("reading the state of its WAL", connection -> {
            try (PreparedStatement statement = connection.prepareStatement(STATE);
                    ResultSet row = statement.executeQuery()) {
                row.next();
                return new State(
                        row.getString("system"),
                        row.getInt("major"),
                        row.getInt("segment"),
                        row.getTimestamp("now").toInstant(),
                        row.getBoolean("standby"),
                        row.getString("lsn"),
                        row.getString("level"),
                        row.getLong("keep"),
                        Set.of((String[]) row.getArray("spaces").getArray()));
            }
        });
    }

    /** The slot's state; empty if there is no such slot. */
    public Optional<Slot> slot(String name) {
        return query("reading replication slot " + name, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(SLOT)) {
                statement.setString(1, name);
                try (ResultSet row = statement.executeQuery()) {
                    if (!row.next()) {
                        return Optional.<Slot>empty();
                    }
                    long safe = row.getLong("safe_wal_size");
                    Long limit = row.wasNull() ? null : safe;
                    return Optional.of(new Slot(
                            row.getBoolean("active"),
                            row.getString("wal_status"),
                            row.getString("restart"),
                            row.getLong("lag"),
                            limit));
                }
            }
        });
    }

    /** Commits an empty transaction with an id, so that a later instant than that of the last change can be recovered. */
    public void commitHeartbeat() {
        query("committing a heartbeat", connection -> {
            try (PreparedStatement statement = connection.prepareStatement("SELECT pg_catalog.txid_current()")) {
                return statement.execute();
            }
        });
    }

    /**
     * Drops a physical slot, so that the server no longer keeps WAL for it. A missing slot is no failure.
     * Fails while a receiver uses it.
     */
    public void dropSlot(String name) {
        query("dropping replication slot " + name, connection -> {
            try (PreparedStatement statement = connection.prepareStatement("SELECT"
                    + " pg_catalog.pg_drop_replication_slot(s.slot_name) FROM pg_catalog.pg_replication_slots s"
                    + " WHERE s.slot_name = ? AND s.slot_type = 'physical'")) {
                statement.setString(1, name);
                return statement.execute();
            }
        });
    }

    private <T> T query(String what, Query<T> query) {
        Connection connection = connections.open();
        try {
            return query.read(connection);
        } catch (SQLException e) {
            throw connections.failure(what + " at " + connections.address.shown(), null, e);
        } finally {
            ConnectionFactory.close(connection);
        }
    }
}
