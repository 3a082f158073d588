package io.holdfast.devstack;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.Map;

/**
 * The platform's database: one schema for each service, owned by a role that has no right on the others'. May be run
 * again on a database that exists.
 */
final class PlatformDatabase {
    static final String NAME = "holdfast";

    /** Connects to a database of the server as its superuser. */
    interface Superuser {
        Connection connect(String database) throws SQLException, InterruptedException;
    }

    private PlatformDatabase() {}

    static Map<Service, StackAddresses.Login> create(Superuser server, StackState state)
            throws SQLException, IOException, InterruptedException {
        Map<Service, StackAddresses.Login> logins = new EnumMap<>(Service.class);
        for (Service service : Service.values()) {
            logins.put(service, new StackAddresses.Login(service.role(), state.secret(service.role())));
        }
        try (Connection connection = server.connect("postgres");
                Statement sql = connection.createStatement()) {
            roles(sql, logins);
            if (!exists(sql, "select 1 from pg_database where datname = '" + NAME + "'")) {
                sql.execute("create database " + NAME);
            }
            sql.execute("revoke all on database " + NAME + " from public");
        }
        try (Connection connection = server.connect(NAME);
                Statement sql = connection.createStatement()) {
            schemas(sql);
        }
        return logins;
    }

    private static void roles(Statement sql, Map<Service, StackAddresses.Login> logins) throws SQLException {
        for (StackAddresses.Login login : logins.values()) {
            String role = login.username();
            if (!exists(sql, "select 1 from pg_roles where rolname = '" + role + "'")) {
                sql.execute("create role " + role);
            }
            sql.execute("alter role " + role + " login nosuperuser nocreatedb nocreaterole password '"
                    + login.password() + "'");
        }
    }

    private static void schemas(Statement sql) throws SQLException {
        sql.execute("revoke all on schema public from public");
        for (Service service : Service.values()) {
            String role = service.role();
            sql.execute("create schema if not exists " + service.schema() + " authorization " + role);
            sql.execute("alter role " + role + " set search_path = " + service.schema());
            sql.execute("grant connect on database " + NAME + " to " + role);
        }
    }

    private static boolean exists(Statement sql, String query) throws SQLException {
        try (ResultSet found = sql.executeQuery(query)) {
            return found.next();
        }
    }
}
