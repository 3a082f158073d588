package io.holdfast.engine.postgres.tools;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.support.InterruptWatcher;
import io.holdfast.engine.support.ProcessTempDirectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One run of pg_dump or pg_restore. The password goes in a file only we can read, removed afterwards, never into the
 * arguments; stderr is drained, and of it its beginning and all messages kept; the exit code counts.
 */
public final class ToolProcess {
    private static final int KEPT = 64 * 1024;
    private static final int LONGEST = 2000;
    private static final int LARGEST = 1 << 20;
    private static final Pattern ERROR = Pattern.compile("[\\w.-]+: error:|ERROR:");
    private static final Pattern MESSAGE = Pattern.compile("[\\w.-]+: ((error|warning):|from TOC entry )");

    /** The progress lines of pg_restore --verbose, one for each entry. */
    private static final Pattern PROGRESS =
            Pattern.compile("pg_restore: (?!error:|warning:|detail:|hint:|from TOC entry |while )");

    /** What pg_restore says last if errors did not end it. */
    public static final String IGNORED = "errors ignored on restore";

    private static final int SHOWN = 5;
    private static final String UNLIMITED = "-c default_transaction_read_only=off -c default_transaction_deferrable=off"
            + " -c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0";

    /** What a program wrote to stderr, and how it ended. */
    public record Ended(int exit, List<String> lines) {
        public List<String> warnings() {
            return lines.stream().filter(line -> line.contains("warning:")).toList();
        }

        /** Returns true if the output was so long that messages may be missing. */
        public boolean truncated() {
            return lines.stream().mapToLong(String::length).sum() >= LARGEST;
        }

        /** The first of the error lines. */
        public String errors() {
            List<String> errors = errorLines();
            return errors.isEmpty()
                    ? "exit code " + exit
                    : String.join("; ", errors.subList(0, Math.min(SHOWN, errors.size())));
        }

        /** All of them; not what follows them (DETAIL, CONTEXT), which may hold content of rows. */
        public List<String> errorLines() {
            return lines.stream().filter(ToolProcess::isError).toList();
        }
    }

    public static boolean isError(String line) {
        return ERROR.matcher(line).lookingAt() || line.contains("FATAL:");
    }

    private final List<String> command = new ArrayList<>();
    private final @Nullable DatabaseAddress address;
    private final PasswordSupplier password;
    private final String applicationName;
    private volatile @Nullable Process process;
    private @Nullable String timeZone;
    private @Nullable String options;
    private volatile boolean cancelled;
    private boolean supervised;

    /** Ends the program when our end of its stdin closes, and passes a signal on. */
    private static final String SUPERVISOR = """
            exec 3<&0
            "$@" </dev/null 3<&- &
            child=$!
            trap 'kill -TERM "$child" 2>/dev/null' TERM INT
            { cat <&3 >/dev/null; kill -TERM "$child" 2>/dev/null; } >/dev/null 2>&1 &
            watch=$!
            wait "$child"
            status=$?
            while kill -0 "$child" 2>/dev/null; do wait "$child"; status=$?; done
            kill "$watch" 2>/dev/null
            exit "$status"
            """;

    public ToolProcess(
            Path program,
            List<String> arguments,
            @Nullable DatabaseAddress address,
            PasswordSupplier password,
            String applicationName) {
        this.address = address;
        this.password = password;
        this.applicationName = applicationName;
        command.add(program.toString());
        command.addAll(arguments);
    }

    /** Lets its session begin with this time zone, if one is given, and not with the role's or the database's. */
    public ToolProcess inTimeZone(@Nullable String zone) {
        timeZone = zone;
        return this;
    }

    /** Lets its sessions begin without the limits that the role or the database may have; of a server of this major version. */
    public ToolProcess unlimited(int serverMajor) {
        options = UNLIMITED
                + (serverMajor >= 14 ? " -c idle_session_timeout=0" : "")
                + (serverMajor >= 17 ? " -c transaction_timeout=0" : "");
        return this;
    }

    /** Lets the program end with this process, however this process ends: for programs that run on their own. */
    public ToolProcess supervised() {
        supervised = true;
        return this;
    }

    /** Runs to the end, giving stdout to {@code out}. */
    @SuppressWarnings("try") // the watch is only there to be closed
    public Ended run(OutputStream out) {
        Path passwords = null;
        try (InterruptWatcher.Watched watched = InterruptWatcher.watch(this::cancel)) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
            ProcessBuilder builder = new ProcessBuilder(supervised ? supervising() : command);
            passwords = environment(builder.environment());
            Process started = builder.start();
            process = started;
            if (cancelled) {
                started.destroyForcibly();
            }
            return finish(started, out);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw cancelled(e);
        } catch (IOException e) {
            if (cancelled || Thread.currentThread().isInterrupted()) {
                throw cancelled(e);
            }
            throw HoldfastException.of(
                    FailureCode.TOOL_FAILED, name() + " could not be run or its output not be kept: " + e, e);
        } finally {
            end();
            delete(passwords);
        }
    }

    private List<String> supervising() {
        List<String> words = new ArrayList<>(List.of("sh", "-c", SUPERVISOR, "holdfast-tool"));
        words.addAll(command);
        return words;
    }

    private Ended finish(Process started, OutputStream out) throws IOException, InterruptedException {
        if (!supervised) {
            started.getOutputStream().close();
        }
        CompletableFuture<List<String>> errors = new CompletableFuture<>();
        Thread.ofVirtual().name(name() + "-stderr").start(() -> errors.complete(drain(started.getErrorStream())));
        try (InputStream stdout = started.getInputStream()) {
            stdout.transferTo(out);
        }
        int exit = started.waitFor();
        if (cancelled) {
            throw new InterruptedException();
        }
        return new Ended(exit, errors.join());
    }

    /** From any thread: the program is asked to end, so that it cancels its query at the server, then made to. */
    public void cancel() {
        cancelled = true;
        end();
    }

    private void end() {
        Process running = process;
        if (running == null || !running.isAlive()) {
            return;
        }
        running.destroy();
        try {
            if (running.waitFor(2, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        running.descendants().forEach(ProcessHandle::destroyForcibly);
        running.destroyForcibly();
    }

    private HoldfastException cancelled(Exception e) {
        return HoldfastException.of(FailureCode.CANCELLED, name() + " was cancelled", e);
    }

    private String name() {
        return String.valueOf(Path.of(command.get(0)).getFileName());
    }

    /** All errors and warnings, but only the beginning of the statements and details between them. */
    private static List<String> drain(InputStream stderr) {
        List<String> kept = new ArrayList<>();
        int length = 0;
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stderr, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int most = MESSAGE.matcher(line).lookingAt() ? LARGEST : KEPT;
                if ((length < most && !PROGRESS.matcher(line).lookingAt()) || line.contains(IGNORED)) {
                    String beginning = line.substring(0, Math.min(LONGEST, line.length()));
                    kept.add(beginning);
                    length += beginning.length();
                }
            }
        } catch (IOException e) {
            kept.add("what it wrote further could not be read: " + e.getMessage());
        }
        return kept;
    }

    private @Nullable Path environment(Map<String, String> environment) throws IOException {
        ChildEnvironment.reduce(environment);
        environment.put("LC_ALL", "C");
        if (address == null) {
            return null;
        }
        environment.put("PGAPPNAME", applicationName);
        if (timeZone != null) {
            environment.put("PGTZ", timeZone);
        }
        if (options != null) {
            environment.put("PGOPTIONS", options);
        }
        for (Map.Entry<String, String> parameter : address.parameters().entrySet()) {
            environment.put("PG" + VARIABLES.get(parameter.getKey()), parameter.getValue());
        }
        environment.putIfAbsent("PGCONNECT_TIMEOUT", "10");
        String secret = password.reveal();
        if (secret == null) {
            environment.put("PGPASSFILE", "/dev/null");
            return null;
        }
        Path file = ProcessTempDirectory.file("pass-", "");
        Files.writeString(file, "*:*:*:*:" + secret.replace("\\", "\\\\").replace(":", "\\:") + "\n");
        environment.put("PGPASSFILE", file.toString());
        return file;
    }

    private static void delete(@Nullable Path file) {
        if (file != null) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                file.toFile().deleteOnExit();
            }
        }
    }

    private static final Map<String, String> VARIABLES = Map.of(
            "sslmode", "SSLMODE",
            "sslrootcert", "SSLROOTCERT",
            "sslcert", "SSLCERT",
            "sslkey", "SSLKEY",
            "connect_timeout", "CONNECT_TIMEOUT",
            "channel_binding", "CHANNELBINDING",
            "target_session_attrs", "TARGETSESSIONATTRS");

    /** Where to connect, as options: none of them is secret. */
    public static List<String> connection(DatabaseAddress address) {
        return List.of(
                "--no-password",
                "--host=" + address.host(),
                "--port=" + address.port(),
                "--username=" + address.user(),
                // a name that holds "=" would be read as a whole connection string
                "--dbname=dbname='" + address.database().replace("\\", "\\\\").replace("'", "\\'") + "'");
    }
}
