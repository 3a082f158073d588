package io.holdfast.e2e;

import io.holdfast.devstack.StackAddresses;
import io.holdfast.devstack.history.TemplateHistory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A database of a shop with orders and prices. The source and the database have the same name. */
final class RunbookSource {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    final String name;
    private final StackAddresses.Postgres server;

    /** Null: the server's WAL is archived. */
    private final @Nullable TemplateHistory history;

    /** Of the instants that the provider restores to. */
    private final ChronoUnit precision;

    RunbookSource(
            String name, StackAddresses.Postgres server, @Nullable TemplateHistory history, ChronoUnit precision) {
        this.name = name;
        this.server = server;
        this.history = history;
        this.precision = precision;
    }

    void create() throws SQLException {
        sql("postgres", "CREATE DATABASE " + name);
        sql(
                name,
                "CREATE TABLE orders (id int PRIMARY KEY, customer text NOT NULL, cents int NOT NULL)",
                "CREATE TABLE prices (product text PRIMARY KEY, cents int NOT NULL)",
                "INSERT INTO orders SELECT g, 'customer ' || g % 40, 100 * g FROM generate_series(1, 400) g",
                "INSERT INTO prices SELECT 'product ' || g, 250 + g FROM generate_series(1, 150) g");
    }

    void placeOrders() throws SQLException {
        sql(
                name,
                "INSERT INTO orders SELECT m + g, 'customer ' || g, 9 FROM generate_series(1, 5) g,"
                        + " (SELECT max(id) AS m FROM orders) newest");
    }

    /** Returns an instant after the last commit, by the server's clock; the provider keeps the state. */
    Instant mark() throws SQLException {
        Instant at = Instant.parse(query(
                                name,
                                "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
                        .getFirst())
                .truncatedTo(precision);
        keep(at);
        return at;
    }

    /** The state after the damage is that of the next instant. */
    void damage(RunbookScenario scenario, Instant at) throws SQLException {
        sql(name, scenario.script);
        keep(at.plus(1, precision));
        if (history != null) {
            Awaitility.await().atMost(PATIENCE).until(() -> Instant.now().isAfter(at.plusSeconds(2)));
        }
    }

    /** Repeated until no session is connected to the database. */
    private void keep(Instant at) {
        TemplateHistory states = history;
        if (states != null) {
            Awaitility.await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> states.keep(name, at));
        }
    }

    List<String> content() throws SQLException {
        return content(name);
    }

    /** The columns and all rows of a database of the server. */
    List<String> content(String database) throws SQLException {
        List<String> content = new ArrayList<>(query(
                database,
                "SELECT table_name || ' ' || ordinal_position || ' ' || column_name || ' ' || data_type || ' ' ||"
                        + " is_nullable FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1"));
        for (String table : List.of("orders", "prices")) {
            content.addAll(query(database, "SELECT '" + table + " ' || t::text FROM " + table + " t ORDER BY 1"));
        }
        return content;
    }

    /** Returns whether the queries of the application succeed: it lists customers, and multiplies prices. */
    boolean serves() throws SQLException {
        return query(name, "SELECT (SELECT count(customer) > 0 FROM orders) AND (SELECT min(cents) > 0 FROM prices)")
                .equals(List.of("t"));
    }

    private void sql(String database, String... statements) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    List<String> query(String database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        }
    }

    private Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl(database), server.superuser(), server.password());
    }

    @Override
    public String toString() {
        return name;
    }
}
