package io.holdfast.engine.scratch;

import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.postgres.ServerProbe;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The processes of a cluster: a supervisor that waits for our end of its stdin to close, and the server. */
final class ScratchServer implements AutoCloseable {
    private static final int PORT = 5432;
    private static final Duration READY = Duration.ofSeconds(60);

    /** However this process ends, its end of the pipe closes: the server is stopped and the files are removed. */
    private static final String SUPERVISOR = """
            trap '' INT HUP
            dir=$1; shift
            exec 3<&0
            "$@" </dev/null 3<&- &
            server=$!
            { cat <&3 >/dev/null; kill -QUIT "$server" 2>/dev/null; } &
            watch=$!
            wait "$server"
            : >"$dir/ended"
            wait "$watch"
            rm -rf -- "$dir"
            """;

    private final Process supervisor;
    private final ScratchClusterDirectory directory;
    private final DatabaseAddress address;

    private ScratchServer(Process supervisor, ScratchClusterDirectory directory, DatabaseAddress address) {
        this.supervisor = supervisor;
        this.directory = directory;
        this.address = address;
    }

    static ScratchServer start(Path programs, ScratchClusterDirectory directory, String admin)
            throws IOException, InterruptedException {
        ScratchServer server = null;
        boolean ready = false;
        try {
            ProcessSandbox processSandbox = ProcessSandbox.here();
            processSandbox.give(directory.path());
            initialize(programs, directory, admin, processSandbox);
            server = new ScratchServer(
                    launch(programs, directory, processSandbox),
                    directory,
                    DatabaseAddress.socket(directory.path().toString(), PORT, "postgres", admin));
            server.awaitReady();
            ready = true;
            return server;
        } finally {
            if (!ready) {
                if (server != null) {
                    server.close();
                }
                directory.delete();
            }
        }
    }

    private static void initialize(
            Path programs, ScratchClusterDirectory directory, String admin, ProcessSandbox processSandbox)
            throws IOException, InterruptedException {
        List<String> words = List.of(
                programs.resolve("initdb").toString(),
                "--pgdata=" + directory.data(),
                "--username=" + admin,
                "--encoding=UTF8",
                "--locale=C",
                "--auth=trust",
                "--no-sync");
        Process initdb = builder(processSandbox.command(words), directory).start();
        initdb.getOutputStream().close();
        try {
            if (initdb.waitFor() != 0) {
                throw new IOException("initdb failed: " + tail(directory));
            }
        } finally {
            initdb.destroyForcibly();
        }
    }

    private static Process launch(Path programs, ScratchClusterDirectory directory, ProcessSandbox processSandbox)
            throws IOException {
        List<String> words = new ArrayList<>(List.of(
                "sh",
                "-c",
                SUPERVISOR,
                "holdfast-scratch",
                directory.path().toString(),
                programs.resolve("postgres").toString(),
                "-D",
                directory.data().toString(),
                "-p",
                Integer.toString(PORT)));
        for (String setting : List.of(
                "listen_addresses=",
                "unix_socket_directories=" + directory.path(),
                "unix_socket_permissions=0700",
                "fsync=off",
                "synchronous_commit=off",
                "full_page_writes=off",
                "wal_level=minimal",
                "max_wal_senders=0",
                "max_wal_size=4GB",
                "checkpoint_timeout=1h",
                "autovacuum=off",
                "max_connections=100",
                "max_locks_per_transaction=1024",
                "shared_buffers=128MB",
                "maintenance_work_mem=128MB",
                "dynamic_shared_memory_type=mmap",
                "huge_pages=off",
                "jit=off")) {
            words.add("-c");
            words.add(setting);
        }
        return builder(processSandbox.command(words), directory).start();
    }

    private static ProcessBuilder builder(List<String> command, ScratchClusterDirectory directory) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.path().toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.path().resolve("log").toFile()));
        // restored code must not find our secrets in its environment
        String path = System.getenv("PATH");
        builder.environment().clear();
        builder.environment().put("PATH", path == null ? "/usr/bin:/bin" : path);
        builder.environment().put("LC_ALL", "C");
        return builder;
    }

    private void awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + READY.toNanos();
        while (!ServerProbe.accepts(address)) {
            if (!supervisor.isAlive() || Files.exists(directory.ended()) || System.nanoTime() > deadline) {
                throw new IOException("the server did not start: " + tail(directory));
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static String tail(ScratchClusterDirectory directory) throws IOException {
        List<String> lines = Files.exists(directory.log()) ? Files.readAllLines(directory.log()) : List.of();
        return String.join(" | ", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
    }

    void createLoader(String loader) {
        ServerProbe.run(address, PasswordSupplier.none(), "CREATE ROLE " + loader + " LOGIN BYPASSRLS");
        // older servers have no such role: there the loader reads what its members own
        ServerProbe.run(
                address,
                PasswordSupplier.none(),
                "DO $$ BEGIN IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'pg_read_all_data') THEN"
                        + " GRANT pg_read_all_data TO " + loader + "; END IF; END $$");
    }

    DatabaseAddress address() {
        return address;
    }

    ScratchClusterDirectory directory() {
        return directory;
    }

    @Override
    public void close() {
        try (OutputStream stdin = supervisor.getOutputStream()) {
            stdin.flush();
        } catch (IOException e) {
            // it is gone already
        }
        try {
            supervisor.onExit().get(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException e) {
            supervisor.descendants().forEach(ProcessHandle::destroyForcibly);
            supervisor.destroyForcibly();
        }
        directory.delete();
    }
}
