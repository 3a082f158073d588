package io.holdfast.verifier.scratch;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.drill.DrillJson;
import io.holdfast.engine.support.ProcessTempDirectory;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Runs {@link OfflineRestore} with a clean environment. Secrets go through the pipe: not by arguments or environment. */
final class OfflineRestoreProcess {
    /** Paths of tools, and the default chain of credentials of S3, where the vault has no keys of its own. */
    private static final Set<String> KEPT = Set.of("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR");

    private static final Logger LOG = Logger.getLogger(OfflineRestoreProcess.class);
    private static final String AWS = "AWS_";
    private static final String FAST_JAR = "quarkus-run.jar";
    private static final int TOLD = 2000;

    private OfflineRestoreProcess() {}

    /**
     * Restores and waits.
     *
     * @param stillWanted asked each second; what it throws ends the process
     * @throws HoldfastException what the restore failed with; SCRATCH_UNAVAILABLE if the process did not answer; CANCELLED
     */
    static OfflineRestore.Answer run(OfflineRestore.Order order, Runnable stillWanted) {
        Path out = null;
        Path errors = null;
        Process process = null;
        try {
            out = ProcessTempDirectory.file("offline-", ".out");
            errors = ProcessTempDirectory.file("offline-", ".err");
            process = started(out, errors);
            try (OutputStream orders = process.getOutputStream()) {
                orders.write((DrillJson.MAPPER.writeValueAsString(order) + "\n").getBytes(StandardCharsets.UTF_8));
                orders.flush();
                while (!process.waitFor(1, TimeUnit.SECONDS)) {
                    stillWanted.run();
                }
            }
            return answer(process.exitValue(), Files.readString(out), Files.readString(errors));
        } catch (IOException e) {
            throw unavailable("the process of the restore could not be run: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw HoldfastException.of(FailureCode.CANCELLED, "the restore was cancelled", e);
        } finally {
            if (process != null) {
                process.destroyForcibly();
            }
            delete(out);
            delete(errors);
        }
    }

    private static Process started(Path out, Path errors) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                Path.of(property("java.home"), "bin", "java").toString(),
                "-XX:MaxRAMPercentage=25",
                "-cp",
                classes(property("java.class.path")),
                OfflineRestore.class.getName()));
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> !KEPT.contains(name) && !name.startsWith(AWS));
        return builder.redirectOutput(out.toFile())
                .redirectError(errors.toFile())
                .start();
    }

    private static String property(String name) {
        return Objects.requireNonNull(System.getProperty(name), name);
    }

    /** Returns the class path of this process. A packaged service has its classes in folders beside the jar that starts it. */
    static String classes(String path) {
        if (!path.endsWith(FAST_JAR)) {
            return path;
        }
        Path folder = Objects.requireNonNull(Path.of(path).toAbsolutePath().getParent());
        return String.join(File.pathSeparator, folder + "/app/*", folder + "/lib/main/*", folder + "/lib/boot/*");
    }

    private static OfflineRestore.Answer answer(int exit, String out, String errors) {
        OfflineRestore.Answer answer;
        try {
            answer = DrillJson.MAPPER.readValue(out, OfflineRestore.Answer.class);
        } catch (JsonProcessingException e) {
            throw unavailable("the process of the restore ended with " + exit + " and gave no answer: "
                    + errors.substring(Math.max(0, errors.length() - TOLD)));
        }
        FailureReason failure = answer == null ? null : answer.failure();
        if (failure != null) {
            throw new HoldfastException(failure, null);
        }
        return answer;
    }

    private static HoldfastException unavailable(String message) {
        return HoldfastException.of(FailureCode.SCRATCH_UNAVAILABLE, message);
    }

    private static void delete(@Nullable Path file) {
        if (file == null) {
            return;
        }
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.debugf("temporary file %s stays: %s", file, e.getMessage());
        }
    }
}
