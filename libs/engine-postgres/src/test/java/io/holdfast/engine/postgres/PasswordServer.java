package io.holdfast.engine.postgres;

import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.postgres.jdbc.ConnectionFactory;
import io.holdfast.engine.postgres.jdbc.ConnectionRole;
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

/** A server on loopback TCP that wants SCRAM passwords; ended with its files by {@link #close()}. */
public final class PasswordServer implements AutoCloseable {
    static final String SECRET = "pass:wört\\ 'x'\"";

    private final Process process;
    private final Path directory;
    private final String host;
    final int port;

    private PasswordServer(Process process, Path directory, String host, int port) {
        this.process = process;
        this.directory = directory;
        this.host = host;
        this.port = port;
    }

    static PasswordServer start() throws IOException, InterruptedException {
        return start("scram-sha-256");
    }

    /** One that lets in whoever is on this machine. */
    public static PasswordServer trusting() throws IOException, InterruptedException {
        return start("trust");
    }

    /** One with room for few locks, which listens on the IPv6 loopback address. */
    public static PasswordServer withFewLocks() throws IOException, InterruptedException {
        return start(
                "trust",
                "::1",
                "max_locks_per_transaction=64",
                "max_connections=20",
                "max_wal_senders=0",
                "max_worker_processes=0",
                "autovacuum=off");
    }

    private static PasswordServer start(String authentication) throws IOException, InterruptedException {
        return start(authentication, "127.0.0.1");
    }

    private static PasswordServer start(String authentication, String host, String... settings)
            throws IOException, InterruptedException {
        Path bin = PostgresTools.find(null).serverDirectory(15).orElseThrow();
        Path directory = Files.createTempDirectory("hfp");
        Path secret = Files.writeString(directory.resolve("secret"), SECRET + "\n");
        if (root()) {
            new ProcessBuilder("chown", "-R", "postgres", directory.toString())
                    .start()
                    .waitFor();
        }
        String data = directory.resolve("data").toString();
        int exit = builder(
                        bin,
                        "initdb",
                        "-D",
                        data,
                        "-U",
                        "boss",
                        "-A",
                        authentication,
                        "--pwfile=" + secret,
                        "-E",
                        "UTF8",
                        "--locale=C",
                        "--no-sync")
                .start()
                .waitFor();
        if (exit != 0) {
            throw new IOException("initdb failed");
        }
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        List<String> arguments = new ArrayList<>(List.of("-D", data, "-p", Integer.toString(port)));
        List<String> all =
                new ArrayList<>(List.of("listen_addresses=" + host, "unix_socket_directories=", "fsync=off"));
        all.addAll(List.of(settings));
        all.forEach(setting -> arguments.addAll(List.of("-c", setting)));
        Process process =
                builder(bin, "postgres", arguments.toArray(String[]::new)).start();
        PasswordServer server = new PasswordServer(process, directory, host, port);
        Awaitility.await().until(() -> server.accepts());
        return server;
    }

    private boolean accepts() {
        try {
            ConnectionFactory.close(new ConnectionFactory(
                            address("boss"), PasswordSupplier.from(() -> SECRET), "test", ConnectionRole.SOURCE)
                    .open());
            return true;
        } catch (HoldfastException e) {
            return false;
        }
    }

    public DatabaseAddress address(String user) {
        return DatabaseAddress.parse("postgresql://" + user + "@" + (host.contains(":") ? "[" + host + "]" : host) + ":"
                + port + "/postgres");
    }

    private static boolean root() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static ProcessBuilder builder(Path bin, String program, String... arguments) {
        List<String> command = new ArrayList<>();
        if (root()) {
            command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"));
        }
        command.add(bin.resolve(program).toString());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor(60, TimeUnit.SECONDS);
            new ProcessBuilder("rm", "-rf", directory.toString()).start().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
