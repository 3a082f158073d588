package io.holdfast.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.opentest4j.TestAbortedException;

/** A program of a Debian package. Where it is missing it is installed by root, else the test is skipped, and says so. */
final class DebianProgram {
    private static final Path BIN = Path.of("/usr/bin");

    private DebianProgram() {}

    static Path of(String packageName, String program) throws IOException, InterruptedException {
        return find(program).or(() -> installed(packageName, program)).orElseThrow(() -> missing(packageName, program));
    }

    private static Optional<Path> find(String program) {
        return Optional.of(BIN.resolve(program)).filter(Files::isExecutable);
    }

    private static synchronized Optional<Path> installed(String packageName, String program) {
        if (!"root".equals(System.getProperty("user.name")) || find("apt-get").isEmpty()) {
            return Optional.empty();
        }
        try {
            // its daemon is not started: the package's policy script says no
            run(
                    "env",
                    "DEBIAN_FRONTEND=noninteractive",
                    "RUNLEVEL=1",
                    "apt-get",
                    "install",
                    "--yes",
                    "--no-install-recommends",
                    packageName);
            return find(program);
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static TestAbortedException missing(String packageName, String program) {
        String message =
                "SKIPPED: " + program + " is missing and cannot be installed; install Debian's package " + packageName;
        System.err.println(message);
        return new TestAbortedException(message);
    }

    /** @return what the program printed */
    static String run(String... command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", command) + " failed: " + said);
        }
        return said;
    }
}
