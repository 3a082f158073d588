package io.holdfast.engine.postgres;

import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.postgres.tools.PostgresTools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A server and a hot standby that follows it, on loopback; both ended with their files by {@link #close()}. */
public final class StandbyPair implements AutoCloseable {
    private static final Path BIN = PostgresTools.find(null).serverDirectory(15).orElseThrow();

    private final Path directory;
    private final List<Process> servers = new ArrayList<>();
    public final DatabaseAddress primary;
    public final DatabaseAddress standby;

    private StandbyPair(Path directory, DatabaseAddress primary, DatabaseAddress standby) {
        this.directory = directory;
        this.primary = primary;
        this.standby = standby;
    }

    public static StandbyPair start() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("hfs");
        if (root()) {
            new ProcessBuilder("chown", "postgres", directory.toString())
                    .start()
                    .waitFor();
        }
        StandbyPair pair = new StandbyPair(directory, address(freePort()), address(freePort()));
        boolean started = false;
        try {
            pair.startBoth();
            started = true;
            return pair;
        } finally {
            if (!started) {
                pair.close();
            }
        }
    }

    private void startBoth() throws IOException, InterruptedException {
        run("initdb", "-D", data("primary"), "-U", "boss", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
        serve("primary", primary);
        run(
                "pg_basebackup",
                "--pgdata=" + data("standby"),
                "--write-recovery-conf",
                "--checkpoint=fast",
                "--no-sync",
                "--dbname=host=127.0.0.1 port=" + primary.port() + " user=boss");
        serve("standby", standby);
    }

    private void serve(String name, DatabaseAddress address) throws IOException {
        servers.add(builder(List.of(
                        "postgres",
                        "-D",
                        data(name),
                        "-p",
                        Integer.toString(address.port()),
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        "unix_socket_directories=",
                        "-c",
                        "fsync=off",
                        "-c",
                        "max_standby_streaming_delay=300ms",
                        "-c",
                        "shared_buffers=16MB"))
                .start());
        Awaitility.await().until(() -> ServerProbe.accepts(address));
    }

    /** Waits until the standby has everything that the primary has done until now. */
    public void caughtUp() {
        String now = Databases.query(primary, "SELECT pg_current_wal_lsn()").getFirst();
        Awaitility.await()
                .until(() -> Databases.query(standby, "SELECT pg_last_wal_replay_lsn() >= '" + now + "'")
                        .contains("t"));
    }

    private String data(String name) {
        return directory.resolve(name).toString();
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
            throw new IOException(words[0] + " failed: " + Files.readString(log()));
        }
    }

    private Path log() {
        return directory.resolve("log");
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
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
    }

    private static boolean root() {
        return "root".equals(System.getProperty("user.name"));
    }

    @Override
    public void close() {
        servers.forEach(Process::destroy);
        try {
            for (Process server : servers) {
                if (!server.waitFor(60, TimeUnit.SECONDS)) {
                    server.destroyForcibly();
                }
            }
            new ProcessBuilder("rm", "-rf", directory.toString()).start().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
