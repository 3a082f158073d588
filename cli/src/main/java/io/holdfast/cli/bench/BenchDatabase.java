package io.holdfast.cli.bench;

import io.holdfast.cli.rest.CommandException;
import io.holdfast.engine.connect.DatabaseAddress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.postgresql.core.Utils;

/** The database that is measured: made by a {@link BenchmarkProfile}, or the user's own. */
final class BenchDatabase {
    private final DatabaseAddress address;
    private final String password;

    BenchDatabase(DatabaseAddress address, String password) {
        this.address = address;
        this.password = password;
    }

    String password() {
        return password;
    }

    /** @param sql quoted, with its schema */
    record Relation(String sql, long pages) {}

    Connection connect(String database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", address.user());
        properties.setProperty("password", password);
        return DriverManager.getConnection(
                "jdbc:postgresql://" + address.host() + ":" + address.port() + "/" + database, properties);
    }

    /** The server's folder on its machine. */
    Path dataDirectory() throws SQLException {
        try (Connection connection = connect(address.database());
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SHOW data_directory")) {
            found.next();
            return Path.of(found.getString(1));
        }
    }

    /** Bytes of all databases of the server. */
    long serverBytes() throws SQLException {
        try (Connection connection = connect(address.database());
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT sum(pg_database_size(oid)) FROM pg_database")) {
            found.next();
            return found.getLong(1);
        }
    }

    void create(String name) throws SQLException {
        try (Connection admin = connect(address.database());
                Statement statement = admin.createStatement()) {
            statement.execute("CREATE DATABASE " + quoted(name) + " TEMPLATE template0 ENCODING 'UTF8'");
        }
    }

    void drop(String name) throws SQLException {
        try (Connection admin = connect(address.database());
                Statement statement = admin.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS " + quoted(name) + " WITH (FORCE)");
        }
    }

    void fill(String name, BenchmarkProfile profile, double scale) throws SQLException {
        try (Connection connection = connect(name);
                Statement statement = connection.createStatement()) {
            for (String sql : profile.statements(scale)) {
                statement.execute(sql);
            }
            statement.execute("VACUUM ANALYZE");
            statement.execute("CHECKPOINT");
        }
    }

    List<Relation> relations(String name) throws SQLException {
        List<Relation> relations = new ArrayList<>();
        try (Connection connection = connect(name);
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("""
                    SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname),
                           pg_relation_size(c.oid) / current_setting('block_size')::bigint
                    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
                    ORDER BY c.relpages DESC""")) {
            while (found.next()) {
                relations.add(new Relation(found.getString(1), found.getLong(2)));
            }
        }
        if (relations.isEmpty()) {
            throw CommandException.failed("database " + name + " has no tables to measure");
        }
        return relations;
    }

    private static String quoted(String name) throws SQLException {
        return Utils.escapeIdentifier(null, name).toString();
    }
}
