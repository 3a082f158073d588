package io.holdfast.engine.scratch;

import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.postgres.tools.ChildEnvironment;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A server on an existing data directory, which stays when it is closed. It listens on a private unix socket alone, has no
 * network where the system permits that, and trusts every local user of its socket. It ends when it is closed or when
 * this process dies, with a fast shutdown.
 *
 * <p>The configuration files of the data directory are not read, but for {@code postgresql.auto.conf}; the settings that
 * are passed win over it.
 */
public final class DirectoryServer implements AutoCloseable {
    private static final int PORT = 5432;
    private static final String READY = "database system is ready to accept connections";

    private static final String SUPERVISOR = """
            trap '' INT HUP
            ended=$1; shift
            exec 3<&0
            "$@" </dev/null 3<&- &
            server=$!
            { cat <&3 >/dev/null; kill -INT "$server" 2>/dev/null; } &
            watch=$!
            wait "$server"
            : >"$ended"
            wait "$watch"
            """;

    private final Process supervisor;
    private final ScratchClusterDirectory directory;

    private DirectoryServer(Process supervisor, ScratchClusterDirectory directory) {
        this.supervisor = supervisor;
        this.directory = directory;
    }

    /**
     * Starts a server and returns at once; {@link #awaitReady} says what becomes of it.
     *
     * @param programs directory of the server's programs, of the major version of the data
     * @param data directory; if this process is root, it is given to the user that the server runs as
     * @param readable other directories that the server reads, such as that of WAL; given to the same user
     * @param settings in the form {@code name=value}
     */
    public static DirectoryServer start(Path programs, Path data, List<Path> readable, List<String> settings)
            throws IOException, InterruptedException {
        Path parent = Path.of(System.getProperty("java.io.tmpdir"), "holdfast-recovery");
        ScratchClusterDirectory.sweep(parent);
        ScratchClusterDirectory directory = ScratchClusterDirectory.create(parent);
        boolean started = false;
        try {
            ProcessSandbox sandbox = ProcessSandbox.here();
            Files.writeString(directory.path().resolve("postgresql.conf"), "");
            Files.writeString(directory.path().resolve("pg_ident.conf"), "");
            Files.writeString(directory.path().resolve("pg_hba.conf"), "local all all trust\n");
            give(sandbox, directory.path());
            give(sandbox, data);
            for (Path other : readable) {
                give(sandbox, other);
            }
            DirectoryServer server = new DirectoryServer(
                    builder(sandbox.command(words(programs, data, directory.path(), settings)), directory)
                            .start(),
                    directory);
            started = true;
            return server;
        } finally {
            if (!started) {
                directory.delete();
            }
        }
    }

    private static List<String> words(Path programs, Path data, Path own, List<String> settings) {
        List<String> words = new ArrayList<>(List.of(
                "sh",
                "-c",
                SUPERVISOR,
                "holdfast-recovery",
                own.resolve("ended").toString(),
                programs.resolve("postgres").toString(),
                "-D",
                data.toString(),
                "-p",
                Integer.toString(PORT)));
        List<String> all = new ArrayList<>(List.of(
                "config_file=" + own.resolve("postgresql.conf"),
                "hba_file=" + own.resolve("pg_hba.conf"),
                "ident_file=" + own.resolve("pg_ident.conf"),
                "external_pid_file=",
                "listen_addresses=",
                "unix_socket_directories=" + own,
                "unix_socket_permissions=0700",
                "ssl=off",
                "logging_collector=off",
                "log_destination=stderr",
                "log_line_prefix=",
                "log_min_messages=warning",
                "lc_messages=C",
                "shared_preload_libraries=",
                "session_preload_libraries=",
                "local_preload_libraries=",
                "archive_mode=off",
                "primary_conninfo=",
                "primary_slot_name=",
                "synchronous_standby_names=",
                "max_logical_replication_workers=0", // a copy of a subscriber would consume the publisher's slot
                "dynamic_shared_memory_type=mmap",
                "huge_pages=off",
                "shared_buffers=128MB",
                "autovacuum=off",
                "jit=off"));
        all.addAll(settings);
        all.forEach(setting -> {
            words.add("-c");
            words.add(setting);
        });
        return words;
    }

    private static ProcessBuilder builder(List<String> command, ScratchClusterDirectory directory) {
        ProcessBuilder builder = ChildEnvironment.of(new ProcessBuilder(command))
                .directory(directory.path().toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.log().toFile()));
        builder.environment().put("LC_ALL", "C");
        return builder;
    }

    private static void give(ProcessSandbox sandbox, Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) throws IOException {
                sandbox.give(path);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
                sandbox.give(path);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /**
     * Waits until the server accepts connections, however long its recovery takes.
     *
     * @return false if it ended before
     */
    public boolean awaitReady() throws IOException, InterruptedException {
        while (true) {
            boolean ended = !supervisor.isAlive() || Files.exists(directory.ended());
            if (log().stream().anyMatch(line -> line.contains(READY))) {
                return true;
            }
            if (ended) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** The server log. */
    public List<String> log() throws IOException {
        return Files.exists(directory.log()) ? Files.readAllLines(directory.log()) : List.of();
    }

    /** Valid until this is closed. */
    public DatabaseAddress address(String database, String user) {
        return DatabaseAddress.socket(directory.path().toString(), PORT, database, user);
    }

    /** Stops the server with a fast shutdown, so that its data directory is complete, and waits for that. */
    @Override
    public void close() {
        try (OutputStream stdin = supervisor.getOutputStream()) {
            stdin.flush();
        } catch (IOException e) {
            // it is gone already
        }
        try {
            supervisor.onExit().get(5, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException e) {
            supervisor.descendants().forEach(ProcessHandle::destroyForcibly);
            supervisor.destroyForcibly();
        }
        directory.delete();
    }
}
