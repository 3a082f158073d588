package io.holdfast.cli.local;

import io.holdfast.devstack.StackAddresses;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * The sample database: a Tech Support Portal of 13 tables and about 308,000 rows, the same each time. A role that only reads
 * backs it up. Its owner restores it, and has no other right on the server than to make databases.
 */
public final class SampleDatabase {
    public static final String NAME = "portal";
    public static final String OWNER = "portal";

    /** The role that backs it up. */
    public static final String READER = "portal_backup";

    private static final String STEP = "--@ ";

    private final StackAddresses.Postgres server;
    private final String password = randomPassword();
    private final String readerPassword = randomPassword();

    public SampleDatabase(StackAddresses.Postgres server) {
        this.server = server;
    }

    /** Hears of each step of the making. */
    public interface Listener {
        void at(String step, int number, int of);
    }

    /** The owner's, minted with this object and set on the server by {@link #create}. */
    public String password() {
        return password;
    }

    /** The password of {@link #READER}, minted and set like the owner's. */
    public String readerPassword() {
        return readerPassword;
    }

    /**
     * Makes roles, database and rows. A database that is there stays as it is; only its roles get this object's passwords.
     *
     * @return whether it was made
     */
    public boolean create(Listener listener) throws SQLException, IOException {
        try (Connection admin = connect(server.superuser(), server.password(), server.database());
                Statement statement = admin.createStatement()) {
            role(statement, OWNER, "LOGIN CREATEDB PASSWORD '" + password + "'");
            role(statement, "portal_readonly", "NOLOGIN");
            // some table has row level security
            role(statement, READER, "LOGIN NOCREATEDB BYPASSRLS PASSWORD '" + readerPassword + "'");
            statement.execute("GRANT " + readingRole(admin) + " TO " + READER);
            if (exists(statement, "SELECT FROM pg_database WHERE datname = '" + NAME + "'")) {
                return false;
            }
            statement.execute("CREATE DATABASE " + NAME + " OWNER " + OWNER + " TEMPLATE template0 ENCODING 'UTF8'");
        }
        fill(listener);
        return true;
    }

    /** Lets the role of backups log in, or keeps it out. */
    public void letReaderLogIn(boolean allowed) throws SQLException {
        try (Connection admin = connect(server.superuser(), server.password(), server.database());
                Statement statement = admin.createStatement()) {
            statement.execute("ALTER ROLE " + READER + (allowed ? " LOGIN" : " NOLOGIN"));
        }
    }

    /** A connection as the owner to the sample database or one restored from it. */
    public Connection connect(String database) throws SQLException {
        return connect(OWNER, password, database);
    }

    private void fill(Listener listener) throws SQLException, IOException {
        List<String> steps =
                Stream.of(script().split("(?m)^" + STEP, -1)).skip(1).toList();
        try (Connection connection = connect(NAME);
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < steps.size(); i++) {
                int newline = steps.get(i).indexOf('\n');
                listener.at(steps.get(i).substring(0, newline), i, steps.size());
                statement.execute(steps.get(i).substring(newline));
            }
        }
    }

    /** PostgreSQL before 14 has no role that reads everything; a member of the owner does. */
    private static String readingRole(Connection connection) throws SQLException {
        return connection.getMetaData().getDatabaseMajorVersion() >= 14 ? "pg_read_all_data" : OWNER;
    }

    private static void role(Statement statement, String name, String attributes) throws SQLException {
        boolean known = exists(statement, "SELECT FROM pg_roles WHERE rolname = '" + name + "'");
        statement.execute((known ? "ALTER ROLE " : "CREATE ROLE ") + name + " " + attributes);
    }

    private static boolean exists(Statement statement, String query) throws SQLException {
        try (ResultSet found = statement.executeQuery(query)) {
            return found.next();
        }
    }

    private Connection connect(String user, String secret, String database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", secret);
        properties.setProperty("preferQueryMode", "simple");
        return DriverManager.getConnection(server.jdbcUrl(database), properties);
    }

    private static String script() throws IOException {
        try (InputStream in = Objects.requireNonNull(
                SampleDatabase.class.getResourceAsStream("/io/holdfast/cli/demo/portal.sql"), "portal.sql")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String randomPassword() {
        byte[] bytes = new byte[20];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
