package io.holdfast.devstack.history;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** States on a PostgreSQL server of the loopback address: each one is a copy of a database, made at its time. */
public class TemplateHistory implements DatabaseHistory {
    private final int port;
    private final String superuser;
    private final String password;
    private final String prefix = "state_" + UUID.randomUUID().toString().substring(0, 8) + "_";
    private final TreeMap<Instant, String> states = new TreeMap<>();

    /** The URIs of copies name these. */
    private volatile String role;

    private volatile String rolesPassword;

    public TemplateHistory(int port, String superuser, String password) {
        this.port = port;
        this.superuser = superuser;
        this.password = password;
        this.role = superuser;
        this.rolesPassword = password;
    }

    /** Copies are opened with this role and password from now on. */
    public void openAs(String user, String revealed) {
        role = user;
        rolesPassword = revealed;
    }

    /** Keeps the present state of a database as that of this instant and later ones; fails while a session is connected to it. */
    public synchronized void keep(String database, Instant at) {
        String state = prefix + states.size();
        sql("postgres", "CREATE DATABASE " + state + " TEMPLATE " + database);
        states.put(at, state);
    }

    @Override
    public synchronized URI open(String copy, Instant at) {
        Map.@Nullable Entry<Instant, String> state = states.floorEntry(at);
        if (state == null) {
            throw new IllegalStateException("there is no state of " + at);
        }
        sql("postgres", "CREATE DATABASE \"" + copy + "\" TEMPLATE " + state.getValue());
        return URI.create("postgresql://" + encoded(role) + ":" + encoded(rolesPassword) + "@127.0.0.1:" + port + "/"
                + copy + "?sslmode=disable&channel_binding=disable");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void drop(String copy) {
        sql("postgres", "DROP DATABASE IF EXISTS \"" + copy + "\" WITH (FORCE)");
    }

    /** Executes statements, each in its own transaction. */
    public void sql(String database, String... statements) {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?sslmode=disable&gssEncMode=disable",
                        superuser,
                        password);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(String.join("; ", statements), e);
        }
    }
}
