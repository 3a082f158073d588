package io.holdfast.engine.postgres;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.ConnectionRole;
import io.holdfast.engine.postgres.jdbc.ReservedNames;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A database whose provider takes its whole server back to an earlier instant. An empty schema, created right before the provider is
 * asked, marks the present state: the state of an earlier instant does not have it. Backups leave the schema out.
 *
 * <p>Each call opens a session and closes it, and fails with the codes of a target: TARGET_UNREACHABLE, TARGET_AUTHENTICATION_FAILED,
 * TARGET_PERMISSION_DENIED, TARGET_CONNECTION_LOST; TARGET_BUSY while the server replays WAL.
 */
public final class RewindTarget {
    private static final String SUBSCRIPTIONS = "SELECT subname FROM pg_catalog.pg_subscription ORDER BY 1";

    /** Without those of Supabase's Realtime, which makes its own again. */
    private static final String SLOTS = "SELECT slot_name FROM pg_catalog.pg_replication_slots"
            + " WHERE NOT temporary AND slot_name NOT LIKE 'supabase\\_realtime%' ORDER BY 1";

    private static final String DATABASES =
            "SELECT datname FROM pg_catalog.pg_database" + " WHERE NOT datistemplate AND datallowconn ORDER BY 1";
    private static final String NEWEST_COMMIT = "SELECT CASE WHEN pg_catalog.current_setting('track_commit_timestamp')"
            + " = 'on' THEN (SELECT timestamp FROM pg_catalog.pg_last_committed_xact()) END";

    private final ConnectionFactory connections;

    public RewindTarget(DatabaseAddress address, PasswordSupplier password) {
        this.connections = new ConnectionFactory(address, password, "holdfast/restore", ConnectionRole.TARGET);
    }

    /**
     * What the server has.
     *
     * @param databases all that go back
     * @param subscriptions of all databases
     * @param slots permanent replication slots
     * @param newestCommit null unless the server tracks times of commits
     */
    public record Server(
            List<String> databases,
            List<String> subscriptions,
            List<String> slots,
            @Nullable Instant newestCommit) {
        public Server {
            databases = List.copyOf(databases);
            subscriptions = List.copyOf(subscriptions);
            slots = List.copyOf(slots);
        }
    }

    private interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    public Server server() {
        return with("reading what the server has", connection -> {
            refuseReplaying(connection);
            return new Server(
                    Sql.strings(connection, DATABASES),
                    Sql.strings(connection, SUBSCRIPTIONS),
                    Sql.strings(connection, SLOTS),
                    newestCommit(connection));
        });
    }

    /** Marks the present state for a restore, durably: a crash of the server does not take the mark away. May be repeated. */
    public void mark(UUID restore) {
        with("marking the present state", connection -> {
            refuseReplaying(connection);
            Sql.run(connection, "SET synchronous_commit = on");
            Sql.run(connection, "CREATE SCHEMA IF NOT EXISTS " + quoted(restore));
            return true;
        });
    }

    /** Returns whether the present state, or a later one, is there: the schema of the restore exists. */
    public boolean isMarked(UUID restore) {
        return with("looking for the schema of the restore", connection -> {
            refuseReplaying(connection);
            return Sql.one(
                    connection,
                    "SELECT count(*) FROM pg_catalog.pg_namespace WHERE nspname = " + Sql.literal(schema(restore)),
                    row -> row.getLong(1) > 0);
        });
    }

    /** Drops the schema that marks the state before the restore, if it exists. */
    public void unmark(UUID restore) {
        with("dropping the schema of the restore", connection -> {
            Sql.run(connection, "DROP SCHEMA IF EXISTS " + quoted(restore));
            return true;
        });
    }

    /** Returns the name of the schema that marks the state before a restore. */
    public static String schema(UUID restore) {
        return ReservedNames.RESTORE_SCHEMA_PREFIX
                + restore.toString().replace("-", "").toLowerCase(Locale.ROOT);
    }

    private static String quoted(UUID restore) {
        return QualifiedName.quote(schema(restore));
    }

    private <T> T with(String doing, Work<T> work) {
        Connection connection = connections.open();
        try {
            return work.on(connection);
        } catch (SQLException e) {
            throw connections.failure(doing, connections.address.database(), e);
        } finally {
            ConnectionFactory.close(connection);
        }
    }

    private void refuseReplaying(Connection connection) throws SQLException {
        if (Sql.one(connection, "SELECT pg_catalog.pg_is_in_recovery()", row -> row.getBoolean(1))) {
            throw HoldfastException.of(
                    FailureCode.TARGET_BUSY,
                    "server " + connections.address.shown() + " replays WAL; wait until it has ended");
        }
    }

    private static @Nullable Instant newestCommit(Connection connection) throws SQLException {
        Timestamp newest = Sql.list(connection, NEWEST_COMMIT, row -> Optional.ofNullable(row.getTimestamp(1)))
                .getFirst()
                .orElse(null);
        return newest == null ? null : newest.toInstant();
    }
}
