package io.holdfast.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.devstack.DevStack;
import io.holdfast.devstack.StackAddresses;
import io.holdfast.devstack.StackComponent;
import io.holdfast.devstack.StackOptions;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.postgres.PostgresEngine;
import io.holdfast.engine.postgres.tools.PostgresTools;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** One real PostgreSQL and one real S3 for all tests, with a database for each test. */
public final class Servers {
    public static final PostgresEngine ENGINE = new PostgresEngine(PostgresTools.find(null));

    private static final StackAddresses ADDRESSES = DevStack.start(
                    StackOptions.temporary().only(StackComponent.POSTGRES, StackComponent.S3))
            .addresses();
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private Servers() {}

    static StackAddresses.S3 s3() {
        return ADDRESSES.s3();
    }

    public static PasswordSupplier password() {
        return PasswordSupplier.from(() -> ADDRESSES.postgres().password());
    }

    public static DatabaseAddress address(String database) {
        StackAddresses.Postgres server = ADDRESSES.postgres();
        return DatabaseAddress.parse(server.uri(server.superuser(), database));
    }

    static TargetServer target() {
        return ENGINE.target(address("postgres"), password());
    }

    static String freshName() {
        return "d" + NUMBER.incrementAndGet();
    }

    /** A new database, filled by these statements. */
    public static String database(String... statements) {
        String name = freshName();
        sql("postgres", "create database " + name + " template template0");
        sql(name, statements);
        return name;
    }

    public static void sql(String database, String... statements) {
        try (Connection connection = connect(database);
                Statement sql = connection.createStatement()) {
            for (String statement : statements) {
                sql.execute(statement);
            }
        } catch (SQLException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    public static List<String> query(String database, String query) {
        try (Connection connection = connect(database);
                Statement sql = connection.createStatement();
                ResultSet rows = sql.executeQuery(query)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        } catch (SQLException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    /** A backend needs a moment to notice that its client is gone; one that works on is seen here. */
    public static void awaitNoBackends(String database) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(query(
                                "postgres",
                                "select application_name || ': ' || query from pg_stat_activity where datname = '"
                                        + database + "'"))
                        .isEmpty());
    }

    private static Connection connect(String database) throws SQLException {
        StackAddresses.Postgres server = ADDRESSES.postgres();
        return DriverManager.getConnection(server.jdbcUrl(database), server.superuser(), server.password());
    }
}
