package io.holdfast.engine.postgres;

import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.ConnectionRole;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.jdbc.SqlErrorTranslator;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.postgresql.util.PasswordUtil;

/**
 * Roles that log in to one database of a server for a limited time. The server gets a SCRAM verifier and never the password.
 * Every method fails with a code of the target, such as TARGET_PERMISSION_DENIED.
 */
public final class TemporaryLogins {
    private static final int CONNECTIONS = 50;

    private final ConnectionFactory maintenance;

    /** @param address of a role that may create roles, and owns the databases or is a superuser */
    public TemporaryLogins(DatabaseAddress address, PasswordSupplier password) {
        this.maintenance = new ConnectionFactory(address, password, "holdfast/login", ConnectionRole.TARGET);
    }

    @FunctionalInterface
    private interface Work<T> {
        T with(Connection connection) throws SQLException;
    }

    /** The databases that any role may log in to, sorted. */
    public List<String> openToAll() {
        return run(
                maintenance,
                "looking for databases that are open to every role",
                connection -> Sql.strings(
                        connection,
                        "SELECT datname FROM pg_catalog.pg_database WHERE datallowconn"
                                + " AND pg_catalog.has_database_privilege('public', oid, 'CONNECT') ORDER BY 1"));
    }

    /**
     * Creates a role that may log in to a database until an instant, and read and write all of its tables. The role owns
     * nothing, may not change definitions, and calls the functions that every role may call. Row-level security applies
     * to it. All or nothing; a role that exists gets the password.
     */
    public void create(String role, String password, String database, Instant until) {
        ConnectionFactory inside = new ConnectionFactory(
                maintenance.address.withDatabase(database),
                maintenance.password,
                maintenance.applicationName,
                ConnectionRole.TARGET);
        run(inside, "creating a login for database " + database, connection -> {
            withoutTriggers(connection);
            connection.setAutoCommit(false);
            String name = QualifiedName.quote(role);
            Sql.run(
                    connection,
                    (exists(connection, role) ? "ALTER" : "CREATE") + " ROLE " + name + " LOGIN CONNECTION LIMIT "
                            + CONNECTIONS + " PASSWORD "
                            + Sql.literal(PasswordUtil.encodeScramSha256(password.toCharArray())) + " VALID UNTIL "
                            + Sql.literal(until.toString()));
            Sql.run(
                    connection,
                    "GRANT CONNECT, TEMPORARY ON DATABASE " + QualifiedName.quote(database) + " TO " + name);
            for (String schema : schemas(connection)) {
                String in = " IN SCHEMA " + QualifiedName.quote(schema) + " TO " + name;
                Sql.run(connection, "GRANT USAGE ON SCHEMA " + QualifiedName.quote(schema) + " TO " + name);
                Sql.run(connection, "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES" + in);
                Sql.run(connection, "GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES" + in);
            }
            connection.commit();
            return true;
        });
    }

    /** Drops the role. Its database must be dropped before; nothing happens if there is no such role. */
    public void drop(String role) {
        run(maintenance, "dropping a login", connection -> {
            Sql.run(connection, "DROP ROLE IF EXISTS " + QualifiedName.quote(role));
            return true;
        });
    }

    /** Disables event triggers if the role may: code of the restored database must not run as this role. */
    private static void withoutTriggers(Connection connection) throws SQLException {
        try {
            Sql.run(connection, "SET session_replication_role = replica");
        } catch (SQLException e) {
            if (!SqlErrorTranslator.state(e).equals("42501")) {
                throw e;
            }
        }
    }

    private static boolean exists(Connection connection, String role) throws SQLException {
        return !Sql.strings(connection, "SELECT rolname FROM pg_catalog.pg_roles WHERE rolname = " + Sql.literal(role))
                .isEmpty();
    }

    private static List<String> schemas(Connection connection) throws SQLException {
        return Sql.strings(
                connection,
                "SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_'"
                        + " AND nspname <> 'information_schema' ORDER BY 1");
    }

    private static <T> T run(ConnectionFactory factory, String doing, Work<T> work) throws HoldfastException {
        Connection connection = factory.open();
        try {
            return work.with(connection);
        } catch (SQLException e) {
            throw factory.failure(doing, null, e);
        } finally {
            ConnectionFactory.close(connection);
        }
    }
}
