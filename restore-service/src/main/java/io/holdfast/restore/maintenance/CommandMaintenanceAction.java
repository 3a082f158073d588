package io.holdfast.restore.maintenance;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * A program, run once, without a shell. What it is to know stands in its environment, which holds nothing else of ours than
 * {@link #KEPT}: the service's own variables may be secrets. Exit code 0 is a yes. What it writes is logged, up to
 * {@value #LONGEST_OUTPUT} bytes of it, without what looks like a secret.
 */
final class CommandMaintenanceAction implements MaintenanceAction {
    private static final Logger LOG = Logger.getLogger(CommandMaintenanceAction.class);
    private static final Set<String> KEPT = Set.of("PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR");
    private static final int LONGEST_OUTPUT = 4 * 1024;
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final List<String> command;

    CommandMaintenanceAction(List<String> command) {
        this.command = List.copyOf(command);
    }

    @Override
    public Answer take(MaintenanceMode maintenanceMode, MaintenanceWindow window, Duration timeout)
            throws InterruptedException {
        Process process;
        try {
            process = start(maintenanceMode, window);
        } catch (IOException e) {
            return new Answer(
                    false,
                    "its command cannot be started; is the program there, executable, and named with its whole path?");
        }
        CompletableFuture<String> output = new CompletableFuture<>();
        Thread.ofVirtual().name("maintenance-output").start(() -> output.complete(read(process)));
        try {
            boolean ended = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return ended ? answer(process.exitValue()) : tooSlow(timeout);
        } finally {
            end(process);
            log(window, maintenanceMode, output);
        }
    }

    private Process start(MaintenanceMode maintenanceMode, MaintenanceWindow window) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.keySet().retainAll(KEPT);
        environment.put("HOLDFAST_MAINTENANCE", maintenanceMode.word());
        environment.put("HOLDFAST_SOURCE", window.source());
        environment.put("HOLDFAST_RESTORE_ID", window.restore().toString());
        environment.put("HOLDFAST_REASON", window.reason().replace('\0', ' '));
        environment.put("HOLDFAST_IDEMPOTENCY_KEY", window.idempotencyKey(maintenanceMode));
        Instant end = window.expectedEndAt();
        if (end != null) {
            environment.put("HOLDFAST_EXPECTED_END_AT", end.toString());
        }
        Process process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    private static Answer answer(int exit) {
        return exit == 0
                ? new Answer(true, "its command ended with exit code 0")
                : new Answer(
                        false,
                        "its command ended with exit code " + exit
                                + "; what it wrote is in the log of restore-service");
    }

    private static Answer tooSlow(Duration timeout) {
        return new Answer(
                false,
                "its command did not end within " + timeout.toMillis()
                        + " ms and was killed; raise maintenance.timeout, or make it faster");
    }

    /** With what it started: nothing of it may act later. */
    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** To its end, so that the program never waits for us. */
    private static String read(Process process) {
        try (InputStream out = process.getInputStream()) {
            byte[] start = out.readNBytes(LONGEST_OUTPUT);
            out.transferTo(OutputStream.nullOutputStream());
            return new String(start, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    /** Something that outlives the program may keep its output open: it is not waited for. */
    private static void log(
            MaintenanceWindow window, MaintenanceMode maintenanceMode, CompletableFuture<String> output) {
        String said = output.completeOnTimeout("", LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        if (!said.isBlank()) {
            LOG.infof(
                    "source %s, restore %s: the command for maintenance %s wrote: %s",
                    window.source(), window.restore(), maintenanceMode.word(), SecretRedactor.of(said));
        }
    }
}
