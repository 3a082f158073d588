package io.holdfast.cli.bench;

import io.holdfast.cli.rest.CommandException;
import io.holdfast.engine.connect.DatabaseAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.postgresql.core.Utils;

/**
 * The database that is measured: made here, or the user's own. At scale 1 it is about 1 GB as text: a narrow table of many
 * rows, a wide one with JSON, and 100 small ones. The same scale makes the same rows.
 */
final class BenchDatabase {
    static final String SMALL = "small_";
    private static final int SMALL_TABLES = 100;

    private final DatabaseAddress address;
    private final String password;

    BenchDatabase(DatabaseAddress address, String password) {
        this.address = address;
        this.password = password;
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

    void fill(String name, double scale) throws SQLException {
        try (Connection connection = connect(name);
                Statement statement = connection.createStatement()) {
            statement.execute(narrow(Math.round(6_000_000 * scale)));
            statement.execute(wide(Math.round(700_000 * scale)));
            for (int i = 0; i < SMALL_TABLES; i++) {
                statement.execute(small(i, Math.max(1, Math.round(10_000 * scale))));
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

    private static String narrow(long rows) {
        return """
            CREATE TABLE reading AS
              SELECT i AS id, (i::bigint * 7919) %% 10007 AS sensor, round((sin(i * 0.013) * 50 + i %% 97)::numeric, 3) AS value,
                     timestamptz '2026-01-01 00:00:00Z' + i * interval '1.7 seconds' AS at, i %% 13 = 0 AS alarm
              FROM generate_series(1, %d) i;
            ALTER TABLE reading ADD PRIMARY KEY (id);
            CREATE INDEX ON reading (sensor, at)""".formatted(rows);
    }

    private static String wide(long rows) {
        return """
            CREATE TABLE ticket AS
              SELECT i AS id, md5(i::text)::uuid AS key, 'customer-' || (i::bigint * 31) %% 50000 AS customer,
                     (ARRAY['open','pending','solved','closed'])[1 + i %% 4] AS status,
                     jsonb_build_object('browser', (ARRAY['Firefox','Chrome','Safari'])[1 + i %% 3], 'locale',
                       (ARRAY['de-CH','fr-CH','en-GB'])[1 + i %% 3], 'session', md5((i / 7)::text), 'retries', i %% 5,
                       'tags', jsonb_build_array('billing', 'level-' || i %% 9, md5((i %% 1000)::text))) AS context,
                     'Ticket ' || i || ': ' || repeat(md5((i %% 5000)::text) || ' the printer of floor ' || i %% 40
                       || ' prints nothing; ', 1 + (i %% 5)::int) AS body,
                     timestamptz '2026-01-01 00:00:00Z' + i * interval '17 seconds' AS created_at
              FROM generate_series(1, %d) i;
            ALTER TABLE ticket ADD PRIMARY KEY (id);
            CREATE INDEX ON ticket (customer)""".formatted(rows);
    }

    private static String small(int number, long rows) {
        return """
            CREATE TABLE %1$s%2$03d AS
              SELECT i AS id, md5((i::bigint * %3$d)::text) AS code, 'entry ' || i || ' of table %2$d' AS label, i * 0.25 AS amount
              FROM generate_series(1, %4$d) i;
            ALTER TABLE %1$s%2$03d ADD PRIMARY KEY (id)""".formatted(SMALL, number, number + 1, rows);
    }

    private static String quoted(String name) throws SQLException {
        return Utils.escapeIdentifier(null, name).toString();
    }
}
