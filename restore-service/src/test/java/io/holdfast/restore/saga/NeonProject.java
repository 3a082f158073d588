package io.holdfast.restore.saga;

import io.holdfast.devstack.neon.NeonHistory;
import io.holdfast.devstack.neon.NeonServer;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A Neon project whose branches are databases of the test's server: each state is a copy of a database, made at its time. */
final class NeonProject implements NeonHistory {
    final NeonServer server;

    /** Whether the passwords that the project names are wrong. */
    volatile boolean wrongPasswords;

    private final int postgres;
    private final String user;
    private final String password;
    private final TreeMap<Instant, String> states = new TreeMap<>();

    NeonProject(int postgres, String user, String password) {
        this.postgres = postgres;
        this.user = user;
        this.password = password;
        this.server = NeonServer.start(this, InstantSource.system());
    }

    /** Keeps the present state of a database as that of this instant and later ones. Waits until nobody is connected to it. */
    synchronized void keep(String database, Instant at) {
        String state = "neon_state_" + states.size();
        Awaitility.await()
                .atMost(Bus.PATIENCE)
                .ignoreExceptions()
                .until(() -> sql("create database " + state + " template " + database));
        states.put(at, state);
    }

    @Override
    public synchronized URI open(String branch, Instant at) {
        Map.@Nullable Entry<Instant, String> state = states.floorEntry(at);
        if (state == null) {
            throw new IllegalStateException("there is no state of " + at);
        }
        sql("create database \"" + branch + "\" template " + state.getValue());
        String revealed = wrongPasswords ? "not-" + password : password;
        return URI.create("postgresql://" + user + ":" + encoded(revealed) + "@127.0.0.1:" + postgres + "/" + branch
                + "?sslmode=disable&channel_binding=disable");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void drop(String branch) {
        sql("drop database if exists \"" + branch + "\" with (force)");
    }

    private boolean sql(String statement) {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + postgres + "/postgres", user, password);
                Statement sql = connection.createStatement()) {
            sql.execute(statement);
            return true;
        } catch (SQLException e) {
            throw new IllegalStateException(statement, e);
        }
    }
}
