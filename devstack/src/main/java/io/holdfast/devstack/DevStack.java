package io.holdfast.devstack;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A running stack: real Kafka, PostgreSQL and S3 and a catcher of messages, in a JVM of its own, on loopback.
 *
 * <p>The stack ends with {@link #close()} and also when this JVM ends, however it ends: it watches its standard input.
 * Thread-safe.
 */
public final class DevStack implements AutoCloseable {
    private static final Duration READY_WITHIN = Duration.ofMinutes(2);
    private static final Duration CONTAINERS_READY_WITHIN = Duration.ofMinutes(5);
    private static final Duration GONE_WITHIN = Duration.ofSeconds(30);
    private static final String READY = "READY ";

    /** The log of a stack whose data stays, in the folder of its data: errors, warnings and the exit code. */
    public static final String LOG = "stack.log";

    private static @Nullable DevStack shared;

    private final Process process;
    private final StackAddresses addresses;

    private DevStack(Process process, StackAddresses addresses) {
        this.process = process;
        this.addresses = addresses;
    }

    /**
     * Starts a stack and waits until every part of it answers.
     *
     * @throws IllegalStateException if it does not come up; the message holds the last lines it wrote
     */
    public static DevStack start(StackOptions options) {
        Path log = log(options);
        Process process = launch(options);
        StderrTail errors = StderrTail.of(process, log);
        FutureTask<@Nullable String> ready = new FutureTask<>(() -> awaitReady(process));
        Thread.ofPlatform().daemon().name("devstack-ready").start(ready);
        Duration limit = options.containers() ? CONTAINERS_READY_WITHIN : READY_WITHIN;
        try {
            String line = ready.get(limit.toSeconds(), TimeUnit.SECONDS);
            if (line != null) {
                return new DevStack(process, StackAddresses.of(FlatJson.read(line)));
            }
            throw new IllegalStateException("the development stack did not start: " + errors.text());
        } catch (TimeoutException | ExecutionException e) {
            stop(process);
            throw new IllegalStateException(
                    "the development stack was not ready in " + limit + ":\n" + errors.text(), e);
        } catch (InterruptedException e) {
            stop(process);
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the development stack started", e);
        }
    }

    /** The one stack of this JVM for tests that can share it: started at the first call, closed with the JVM. */
    public static synchronized DevStack shared() {
        if (shared == null || !shared.process.isAlive()) {
            shared = start(StackOptions.temporary());
        }
        return shared;
    }

    public StackAddresses addresses() {
        return addresses;
    }

    /** The process of the stack's JVM. */
    public ProcessHandle process() {
        return process.toHandle();
    }

    /** Stops every part, PostgreSQL included, and returns when they are gone. */
    @Override
    public void close() {
        stop(process);
    }

    private static Process launch(StackOptions options) {
        try {
            return new ProcessBuilder(StackJvmCommand.command(options)).start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the development stack's JVM", e);
        }
    }

    private static @Nullable Path log(StackOptions options) {
        Path data = options.data();
        try {
            return data == null ? null : Files.createDirectories(data).resolve(LOG);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create folder " + data, e);
        }
    }

    private static @Nullable String awaitReady(Process process) throws IOException {
        BufferedReader out = process.inputReader();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith(READY)) {
                return line.substring(READY.length());
            }
        }
        return null;
    }

    private static void stop(Process process) {
        try {
            process.getOutputStream().close(); // the agreed sign to end
            if (!process.waitFor(GONE_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (IOException e) {
            process.destroy();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
        }
    }
}
