package io.holdfast.devstack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * A PostgreSQL server of the system's binaries on loopback. A server that an earlier stack left on the same data (killed
 * before it could stop it) is stopped first.
 */
final class PostgresServer implements StackServer {
    static final String SUPERUSER = "postgres";
    private static final Duration READY_WITHIN = Duration.ofMinutes(2);

    private final Path bin;
    private final Path cluster;
    private final UnprivilegedUser user;
    private final boolean durable;
    private final int port;
    private final String password;
    private volatile Process process;

    private PostgresServer(Path bin, Path cluster, UnprivilegedUser user, boolean durable, int port, String password)
            throws IOException {
        this.bin = bin;
        this.cluster = cluster;
        this.user = user;
        this.durable = durable;
        this.port = port;
        this.password = password;
        this.process = launch();
    }

    /** Must be called on a thread that lives as long as the server is wanted, see {@link UnprivilegedUser#tied}. */
    static PostgresServer start(Path data, StackState state, boolean durable) throws Exception {
        UnprivilegedUser user = UnprivilegedUser.detect();
        Path bin = PostgresBinaries.find();
        Path cluster = PostgresDataDirectory.folder(data, user);
        String password = state.secret("postgres");
        PostgresDataDirectory.endLeftover(cluster);
        if (!Files.exists(cluster.resolve("PG_VERSION"))) {
            initialise(bin, cluster, user, password, durable);
        }
        return new PostgresServer(bin, cluster, user, durable, state.port(StackComponent.POSTGRES), password);
    }

    /** Starts the server again on the same port; it must have ended, and the thread must be one that lives on. */
    void restart() throws IOException, InterruptedException {
        PostgresDataDirectory.endLeftover(cluster);
        process = launch();
    }

    Process process() {
        return process;
    }

    int port() {
        return port;
    }

    String password() {
        return password;
    }

    /** Connects as the superuser; waits for a server that is still starting. */
    Connection connect(String database) throws SQLException, InterruptedException {
        Properties login = new Properties();
        login.setProperty("user", SUPERUSER);
        login.setProperty("password", password);
        Instant deadline = Instant.now().plus(READY_WITHIN);
        while (true) {
            try {
                return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/" + database, login);
            } catch (SQLException e) {
                if (!process.isAlive() || Instant.now().isAfter(deadline)) {
                    throw e;
                }
            }
            TimeUnit.MILLISECONDS.sleep(30);
        }
    }

    @Override
    public void stop() throws IOException, InterruptedException {
        SystemPrograms.signal(process.pid(), "INT"); // fast shutdown: clients are disconnected
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            SystemPrograms.signal(process.pid(), "QUIT");
            process.waitFor(5, TimeUnit.SECONDS);
        }
    }

    private Process launch() throws IOException {
        List<String> command = new ArrayList<>(List.of(bin.resolve("postgres").toString(), "-D", cluster.toString()));
        settings().forEach(setting -> command.addAll(List.of("-c", setting)));
        return new ProcessBuilder(user.tied(command))
                .directory(cluster.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        cluster.resolveSibling("postgres.log").toFile()))
                .start();
    }

    private List<String> settings() {
        List<String> settings = new ArrayList<>(List.of(
                "listen_addresses=127.0.0.1",
                "port=" + port,
                "unix_socket_directories=",
                "max_connections=200",
                "jit=off", // its compiling takes longer than queries of this size
                "shared_buffers=64MB",
                "wal_level=logical", // tests of a switch need replication slots and prepared transactions
                "max_prepared_transactions=10",
                "log_min_messages=warning",
                "log_timezone=UTC",
                "timezone=UTC"));
        if (!durable) {
            settings.addAll(List.of("fsync=off", "synchronous_commit=off", "full_page_writes=off"));
            settings.add("autovacuum_naptime=10min"); // each database would get a worker a minute
        }
        return settings;
    }

    private static void initialise(Path bin, Path cluster, UnprivilegedUser user, String password, boolean durable)
            throws IOException, InterruptedException {
        Path secret = Files.createTempFile(
                cluster.getParent(),
                "pw",
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.writeString(secret, password + "\n");
            user.give(secret);
            List<String> initdb = List.of(
                    bin.resolve("initdb").toString(),
                    "--pgdata=" + cluster,
                    "--username=" + SUPERUSER,
                    "--pwfile=" + secret,
                    // what is temporary is connected to thousands of times by tests, and SCRAM costs each client
                    // thousands of hashes
                    "--auth=" + (durable ? "scram-sha-256" : "md5"),
                    "--encoding=UTF8",
                    "--locale=C",
                    "--no-sync",
                    "--no-instructions");
            Process process = new ProcessBuilder(user.once(initdb))
                    .directory(cluster.toFile())
                    .redirectErrorStream(true)
                    .start();
            String output =
                    new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException("initdb failed in " + cluster + ":\n" + output);
            }
        } finally {
            Files.deleteIfExists(secret);
        }
    }
}
