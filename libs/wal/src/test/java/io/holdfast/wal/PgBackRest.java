package io.holdfast.wal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** pgBackRest on the same server, to compare with: zstd, encrypted, two processes. */
final class PgBackRest {
    private static final Path FOLDER = Path.of("/tmp/holdfast-pgbackrest");
    private final WalSourceServer server;
    private final Path data;

    private PgBackRest(WalSourceServer server) {
        this.server = server;
        this.data = server.directory().resolve("data");
    }

    /** Archives nothing until a configuration exists. */
    static String archiving() {
        return "test ! -e " + FOLDER + "/conf || pgbackrest --config=" + FOLDER + "/conf --stanza=s archive-push %p";
    }

    static PgBackRest of(WalSourceServer server, Path directory) throws IOException, InterruptedException {
        PgBackRest made = new PgBackRest(server);
        remove();
        Files.createDirectories(FOLDER);
        Files.writeString(FOLDER.resolve("conf"), """
                [global]
                repo1-path=%1$s/repo
                repo1-cipher-type=aes-256-cbc
                repo1-cipher-pass=measured
                log-path=%1$s
                lock-path=%1$s
                spool-path=%1$s
                compress-type=zst
                compress-level=3
                process-max=2
                start-fast=y
                archive-async=y
                log-level-console=warn
                [s]
                pg1-path=%2$s
                pg1-port=%3$d
                pg1-user=boss
                pg1-database=postgres
                pg1-socket-path=%4$s
                """.formatted(
                        FOLDER, made.data, server.address().port(), server.directory()));
        run(Map.of(), "chown", "-R", "postgres", FOLDER.toString());
        made.command("stanza-create");
        return made;
    }

    /** A server whose archive_command fails waits with a base backup. */
    static void remove() throws IOException, InterruptedException {
        run(Map.of(), "rm", "-rf", FOLDER.toString());
    }

    /** @param type {@code full} or {@code incr} */
    double backup(String type) throws IOException, InterruptedException {
        return command("--type=" + type, "backup");
    }

    /** Bytes of the backups in the repository. */
    long stored() throws IOException {
        try (Stream<Path> files = Files.walk(FOLDER.resolve("repo/backup"))) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    double recovery(Instant target) throws IOException, InterruptedException {
        Path into = FOLDER.resolve("recovered");
        double restore = command(
                "--pg1-path=" + into,
                "--type=time",
                "--target=" + target.toString().replace('T', ' ').replace("Z", "+00"),
                "--target-action=promote",
                "restore");
        long started = System.nanoTime();
        List<String> start = new ArrayList<>(user());
        start.addAll(List.of(
                WalSourceServer.programs().resolve("postgres").toString(),
                "-D",
                into.toString(),
                "-p",
                "5499",
                "-c",
                "listen_addresses=",
                "-c",
                "archive_mode=off",
                "-c",
                "unix_socket_directories=" + FOLDER,
                "-c",
                "shared_buffers=128MB"));
        Process recovered = new ProcessBuilder(start)
                .redirectErrorStream(true)
                .redirectOutput(FOLDER.resolve("server.log").toFile())
                .start();
        try {
            Awaitility.await()
                    .atMost(java.time.Duration.ofMinutes(10))
                    .pollInterval(java.time.Duration.ofMillis(100))
                    .until(() -> Files.readString(FOLDER.resolve("server.log")).contains("archive recovery complete"));
            return restore + (System.nanoTime() - started) / 1e9;
        } finally {
            recovered.destroy();
            recovered.waitFor();
        }
    }

    private double command(String... words) throws IOException, InterruptedException {
        long started = System.nanoTime();
        List<String> command = new ArrayList<>(user());
        command.addAll(List.of("pgbackrest", "--config=" + FOLDER.resolve("conf"), "--stanza=s"));
        command.addAll(List.of(words));
        run(Map.of("PGBACKREST_LOG_PATH", FOLDER.toString()), command.toArray(String[]::new));
        return (System.nanoTime() - started) / 1e9;
    }

    private static List<String> user() {
        return "root".equals(System.getProperty("user.name"))
                ? List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--")
                : List.of();
    }

    private static void run(Map<String, String> environment, String... words) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(words).inheritIO();
        builder.environment().putAll(environment);
        if (builder.start().waitFor() != 0) {
            throw new IOException(String.join(" ", words) + " failed");
        }
    }
}
