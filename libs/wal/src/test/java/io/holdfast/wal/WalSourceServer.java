package io.holdfast.wal;

import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.postgres.ServerProbe;
import io.holdfast.engine.postgres.WalServer;
import io.holdfast.engine.postgres.tools.PostgresTools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;

/** A PostgreSQL server with segments of 1 MiB, to be archived. */
final class WalSourceServer implements AutoCloseable {
    /** The server's major version: 15, or what the profile {@code majors} sets. */
    static final int MAJOR = Integer.getInteger("holdfast.test.postgres", 15);

    /** Those of the server's version, or in the usual places. */
    static final PostgresTools TOOLS =
            PostgresTools.find(Optional.ofNullable(System.getProperty("holdfast.test.postgres-programs"))
                    .map(Path::of)
                    .orElse(null));

    private static final Path BIN = TOOLS.serverDirectory(MAJOR).orElseThrow();

    private final Path directory;
    private final List<String> settings;
    private final List<Process> servers = new ArrayList<>();
    private DatabaseAddress address;

    private WalSourceServer(Path directory, List<String> settings, DatabaseAddress address) {
        this.settings = settings;
        this.directory = directory;
        this.address = address;
    }

    static WalSourceServer start() throws IOException, InterruptedException {
        return start(1, List.of("fsync=off", "autovacuum=off", "max_wal_size=64MB", "shared_buffers=16MB"));
    }

    /** @param segment size of a segment in MiB */
    static WalSourceServer start(int segment, List<String> settings) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("hfw");
        if (root()) {
            new ProcessBuilder("chown", "postgres", directory.toString())
                    .start()
                    .waitFor();
        }
        WalSourceServer server = new WalSourceServer(directory, settings, address(freePort()));
        boolean started = false;
        try {
            server.run(
                    "initdb",
                    "-D",
                    server.data(),
                    "-U",
                    "boss",
                    "-A",
                    "trust",
                    "--wal-segsize=" + segment,
                    "--no-sync");
            server.serve();
            started = true;
            return server;
        } finally {
            if (!started) {
                server.close();
            }
        }
    }

    /** The description of this server for base backups. */
    BaseBackups.Server forBaseBackups(WalServer probe) {
        return new BaseBackups.Server(
                address(),
                PasswordSupplier.none(),
                MAJOR,
                1 << 20,
                () -> probe.state().now());
    }

    DatabaseAddress address() {
        return address;
    }

    /** Fails over as a promoted standby does: the same data go on, on the next timeline. */
    void promote() throws IOException, InterruptedException {
        stop();
        Files.writeString(Path.of(data()).resolve("standby.signal"), "");
        address = address(freePort());
        serve();
        run("pg_ctl", "-D", data(), "-w", "promote");
    }

    /** Overwrites the header of the first page of a table. */
    void damage(String table) throws IOException, InterruptedException {
        change(table, pages -> "no header of a page" + pages.substring("no header of a page".length()));
    }

    /** Changes a text in the file of a table: no WAL has the change. Both texts have the same length. */
    void overwrite(String table, String text, String with) throws IOException, InterruptedException {
        query("VACUUM " + table); // so that reading the table writes no WAL
        change(table, pages -> pages.replace(text, with));
    }

    private void change(String table, UnaryOperator<String> change) throws IOException, InterruptedException {
        Path file = Path.of(data())
                .resolve(query("SELECT pg_relation_filepath('" + table + "')").getFirst());
        stop();
        String pages = Files.readString(file, StandardCharsets.ISO_8859_1);
        String changed = change.apply(pages);
        if (changed.equals(pages) || changed.length() != pages.length()) {
            throw new IOException("the file of table " + table + " cannot be changed so");
        }
        // keeps the owner of the file
        Files.writeString(file, changed, StandardCharsets.ISO_8859_1, StandardOpenOption.WRITE);
        address = address(freePort());
        serve();
    }

    static Path programs() {
        return BIN;
    }

    private void serve() throws IOException {
        List<String> words = new ArrayList<>(List.of(
                "postgres", "-D", data(), "-p", Integer.toString(address.port()), "-c", "listen_addresses=127.0.0.1"));
        words.addAll(List.of("-c", "unix_socket_directories=" + directory));
        settings.forEach(setting -> words.addAll(List.of("-c", setting)));
        servers.add(builder(words).start());
        Awaitility.await().until(() -> ServerProbe.accepts(address));
    }

    /** Ends the server as a crash of its machine does. */
    void kill() throws InterruptedException {
        for (Process server : servers) {
            server.destroyForcibly().waitFor();
        }
        servers.clear();
    }

    Path directory() {
        return directory;
    }

    /** A new directory that the server may use. */
    Path folder(String name) throws IOException, InterruptedException {
        Path folder = Files.createDirectory(directory.resolve(name));
        if (root()) {
            new ProcessBuilder("chown", "postgres", folder.toString()).start().waitFor();
        }
        return folder;
    }

    void stop() throws InterruptedException {
        for (Process server : servers) {
            server.destroy();
            if (!server.waitFor(30, TimeUnit.SECONDS)) {
                server.destroyForcibly().waitFor();
            }
        }
        servers.clear();
    }

    static List<String> query(DatabaseAddress at, String sql) {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + at.port() + "/" + at.database() + "?user=" + at.user());
                Statement statement = connection.createStatement()) {
            List<String> rows = new ArrayList<>();
            if (statement.execute(sql)) {
                try (ResultSet found = statement.getResultSet()) {
                    while (found.next()) {
                        rows.add(found.getString(1));
                    }
                }
            }
            return rows;
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    List<String> query(String sql) {
        return query(address, sql);
    }

    private String data() {
        return directory.resolve("data").toString();
    }

    private static DatabaseAddress address(int port) {
        return DatabaseAddress.parse("postgresql://boss@127.0.0.1:" + port + "/postgres");
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private void run(String... words) throws IOException, InterruptedException {
        if (builder(List.of(words)).start().waitFor() != 0) {
            throw new IOException(words[0] + " failed: " + Files.readString(directory.resolve("log")));
        }
    }

    private ProcessBuilder builder(List<String> words) {
        List<String> command = new ArrayList<>();
        if (root()) {
            command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"));
        }
        command.add(BIN.resolve(words.getFirst()).toString());
        command.addAll(words.subList(1, words.size()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("log").toFile()));
    }

    private static boolean root() {
        return "root".equals(System.getProperty("user.name"));
    }

    @Override
    public void close() {
        try {
            stop();
            new ProcessBuilder("rm", "-rf", directory.toString()).start().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
