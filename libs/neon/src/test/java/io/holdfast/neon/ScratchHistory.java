package io.holdfast.neon;

import io.holdfast.devstack.neon.NeonHistory;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.scratch.ScratchCluster;
import io.holdfast.engine.scratch.ScratchOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** States of a database on a real server: each one is a copy that was made of it at its time. To be closed. */
final class ScratchHistory implements NeonHistory, AutoCloseable {
    private final ScratchCluster cluster;
    private final ServerSocket port;
    private final TreeMap<Instant, String> states = new TreeMap<>();

    private ScratchHistory(ScratchCluster cluster, ServerSocket port) {
        this.cluster = cluster;
        this.port = port;
    }

    static ScratchHistory start() {
        try {
            ScratchCluster cluster = ScratchCluster.start(new ScratchOptions(
                    Path.of(System.getProperty("java.io.tmpdir"), "holdfast-neon-tests"), 15, List.of(), null));
            ScratchHistory history =
                    new ScratchHistory(cluster, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
            Thread.ofVirtual().start(history::accept);
            history.sql("postgres", "CREATE ROLE app LOGIN SUPERUSER", "CREATE DATABASE shop OWNER app");
            return history;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The cluster has no network, as it is for a proof: its socket is reached through a port. */
    private void accept() {
        while (!port.isClosed()) {
            try {
                Socket client = port.accept();
                DatabaseAddress address = cluster.address();
                SocketChannel server = SocketChannel.open(StandardProtocolFamily.UNIX);
                server.connect(UnixDomainSocketAddress.of(Path.of(address.host(), ".s.PGSQL." + address.port())));
                Thread.ofVirtual().start(() -> copy(client, server, true));
                Thread.ofVirtual().start(() -> copy(client, server, false));
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void copy(Socket client, SocketChannel server, boolean there) {
        try (client;
                server) {
            InputStream in = there ? client.getInputStream() : Channels.newInputStream(server);
            OutputStream out = there ? Channels.newOutputStream(server) : client.getOutputStream();
            in.transferTo(out);
        } catch (IOException e) {
            // one side has ended
        }
    }

    void sql(String database, String... statements) {
        try (Connection connection = DriverManager.getConnection(jdbc(database));
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(String.join("; ", statements), e);
        }
    }

    private String jdbc(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port.getLocalPort() + "/" + database + "?user="
                + cluster.address().user() + "&sslmode=disable&gssEncMode=disable";
    }

    /** Keeps the present state as that of an instant. */
    void keep(Instant at) {
        String state = "state_" + states.size();
        sql("postgres", "CREATE DATABASE " + state + " TEMPLATE shop");
        states.put(at, state);
    }

    @Override
    public URI open(String branch, Instant at) {
        Map.@Nullable Entry<Instant, String> state = states.floorEntry(at);
        if (state == null) {
            throw new IllegalStateException("no state of " + at);
        }
        sql("postgres", "CREATE DATABASE \"" + branch + "\" TEMPLATE " + state.getValue());
        return URI.create("postgresql://app:p%40ss%2Fword@127.0.0.1:" + port.getLocalPort() + "/" + branch
                + "?sslmode=disable&channel_binding=disable");
    }

    @Override
    public void drop(String branch) {
        sql("postgres", "DROP DATABASE IF EXISTS \"" + branch + "\" WITH (FORCE)");
    }

    @Override
    public void close() {
        try {
            port.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cluster.close();
    }
}
