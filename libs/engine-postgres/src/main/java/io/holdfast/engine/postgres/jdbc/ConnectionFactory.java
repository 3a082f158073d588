package io.holdfast.engine.postgres.jdbc;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;

/** Opens connections to one database. Every value that changes how data looks as text is pinned on each of them. */
public final class ConnectionFactory {

    /** Runs what abort needs at once: it only closes a socket. */
    static final Executor INLINE = Runnable::run;

    /** Alone and first: it bounds the statement that pins the others. */
    private static final String UNBOUNDED = "SET statement_timeout = 0";

    /** Sets all that decides how values look as text. */
    public static final String PINNED = "SET DateStyle = 'ISO'; SET IntervalStyle = 'postgres'; SET TimeZone = 'UTC';"
            + " SET extra_float_digits = 3; SET bytea_output = 'hex'; SET lc_monetary = 'C'; SET xmloption = 'content';"
            + " SET client_encoding = 'UTF8'; SET search_path = ''; SET row_security = off;"
            + " SET synchronize_seqscans = off; SET standard_conforming_strings = on; SET array_nulls = on;"
            + " SET quote_all_identifiers = off; SET lock_timeout = 0;"
            + " SET idle_in_transaction_session_timeout = 0; SET default_transaction_read_only = off;"
            + " SET default_transaction_deferrable = off; SET default_transaction_isolation = 'read committed';"
            + " SET client_min_messages = warning; SET jit = off; " + PoolerDetector.MARKED;

    private static final Map<String, String> TARGET_TYPES = Map.of(
            "any",
            "any",
            "read-write",
            "primary",
            "primary",
            "primary",
            "standby",
            "secondary",
            "prefer-standby",
            "preferSecondary");

    public final DatabaseAddress address;
    public final PasswordSupplier password;
    public final String applicationName;
    public final ConnectionRole connectionRole;

    public ConnectionFactory(
            DatabaseAddress address, PasswordSupplier password, String applicationName, ConnectionRole connectionRole) {
        this.address = address;
        this.password = password;
        this.applicationName = applicationName;
        this.connectionRole = connectionRole;
    }

    public Connection open() {
        Connection connection = null;
        try {
            connection = connect();
            Sql.run(connection, UNBOUNDED);
            Sql.run(connection, PINNED);
            tolerate(connection, "SET idle_session_timeout = 0", 14);
            tolerate(connection, "SET transaction_timeout = 0", 17);
            tolerate(connection, "SET client_connection_check_interval = '5s'", 14);
            return connection;
        } catch (SQLException e) {
            abort(connection);
            if (Thread.currentThread().isInterrupted()) {
                throw HoldfastException.of(
                        FailureCode.CANCELLED, "connecting to " + address.shown() + " was cancelled", e);
            }
            throw SqlErrorTranslator.connecting(connectionRole, address.shown() + tried(), address.user(), e);
        }
    }

    private Connection connect() throws SQLException {
        String host = address.unixSocket() ? "localhost" : address.host();
        String url = "jdbc:postgresql://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.port()
                + "/"
                + URLEncoder.encode(address.database(), StandardCharsets.UTF_8).replace("+", "%20");
        Connection connection = new Driver().connect(url, properties());
        if (connection == null) {
            throw new SQLException("the driver does not take this URL", "08001");
        }
        return connection;
    }

    /** The address that the host's name stands for, of which the driver takes the first. */
    private String tried() {
        if (address.unixSocket()) {
            return "";
        }
        try {
            InetAddress resolved = InetAddress.getByName(address.host());
            String ip = resolved.getHostAddress();
            return " at " + (resolved instanceof Inet6Address ? "[" + ip + "]" : ip) + ":" + address.port();
        } catch (UnknownHostException e) {
            return ", whose host name has no address";
        }
    }

    private Properties properties() {
        Properties properties = new Properties();
        PGProperty.USER.set(properties, address.user());
        String secret = password.reveal();
        if (secret != null) {
            PGProperty.PASSWORD.set(properties, secret);
        }
        PGProperty.APPLICATION_NAME.set(properties, applicationName);
        PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        PGProperty.GSS_ENC_MODE.set(properties, "disable");
        PGProperty.SSL_MODE.set(properties, address.sslMode());
        Map<String, String> parameters = address.parameters();
        PGProperty.CONNECT_TIMEOUT.set(properties, parameters.getOrDefault("connect_timeout", "10"));
        put(properties, PGProperty.SSL_ROOT_CERT, parameters.get("sslrootcert"));
        put(properties, PGProperty.SSL_CERT, parameters.get("sslcert"));
        put(properties, PGProperty.SSL_KEY, parameters.get("sslkey"));
        put(properties, PGProperty.CHANNEL_BINDING, parameters.get("channel_binding"));
        put(
                properties,
                PGProperty.TARGET_SERVER_TYPE,
                TARGET_TYPES.get(parameters.getOrDefault("target_session_attrs", "any")));
        if (address.unixSocket()) {
            PGProperty.SOCKET_FACTORY.set(properties, UnixSocketFactory.class.getName());
            PGProperty.SOCKET_FACTORY_ARG.set(properties, address.host() + "/.s.PGSQL." + address.port());
        }
        return properties;
    }

    private static void put(Properties properties, PGProperty property, @Nullable String value) {
        if (value != null) {
            property.set(properties, value);
        }
    }

    private static void tolerate(Connection connection, String sql, int sinceMajor) throws SQLException {
        if (connection.getMetaData().getDatabaseMajorVersion() >= sinceMajor) {
            try {
                Sql.run(connection, sql);
            } catch (SQLException e) {
                // not supported by the server's operating system: only a comfort
                if (SqlErrorTranslator.connectionLost(e)) {
                    throw e;
                }
            }
        }
    }

    /** Makes the server stop what it does for this connection, then drops the connection. From any thread. */
    public static void cancel(Connection connection) {
        try {
            connection.unwrap(PGConnection.class).cancelQuery();
        } catch (SQLException e) {
            // the server may be gone; dropping the connection is what is left
        }
        abort(connection);
    }

    public static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            abort(connection);
        }
    }

    public static void abort(@Nullable Connection connection) {
        if (connection != null) {
            try {
                connection.abort(INLINE);
            } catch (SQLException e) {
                // it is closed then
            }
        }
    }

    public HoldfastException failure(String doing, @Nullable String object, SQLException e) {
        return SqlErrorTranslator.during(connectionRole, doing, object, e);
    }
}
