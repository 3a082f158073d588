package io.holdfast.devstack;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Drains a process's standard error, so that it never blocks, and remembers the last lines for an error message. With a log
 * file, appends all lines and the exit code to it.
 */
final class StderrTail {
    private static final int LINES = 40;
    private static final InstantSource CLOCK = InstantSource.system();

    private final Deque<String> lines = new ArrayDeque<>();
    private final @Nullable Path log;

    private StderrTail(@Nullable Path log) {
        this.log = log;
    }

    static StderrTail of(Process process, @Nullable Path log) {
        StderrTail stderrTail = new StderrTail(log);
        Thread.ofPlatform().daemon().name("devstack-stderr").start(() -> stderrTail.drain(process));
        return stderrTail;
    }

    private void drain(Process process) {
        try (BufferedReader reader = process.errorReader();
                Writer writer = open()) {
            append(writer, CLOCK.instant() + " process " + process.pid() + " started");
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                add(line);
                append(writer, line);
            }
            append(
                    writer,
                    CLOCK.instant() + " process " + process.pid() + " ended with exit code "
                            + process.onExit().join().exitValue());
        } catch (IOException e) {
            add("(its output ended: " + e.getMessage() + ")");
        }
    }

    private Writer open() {
        if (log == null) {
            return Writer.nullWriter();
        }
        try {
            return Files.newBufferedWriter(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            add("(cannot write " + log + ": " + e.getMessage() + ")");
            return Writer.nullWriter();
        }
    }

    /** A full disk must not stop the draining. */
    private void append(Writer writer, String line) {
        try {
            writer.write(line + System.lineSeparator());
            writer.flush();
        } catch (IOException e) {
            add("(cannot write " + log + ": " + e.getMessage() + ")");
        }
    }

    private synchronized void add(String line) {
        lines.addLast(line);
        if (lines.size() > LINES) {
            lines.removeFirst();
        }
    }

    synchronized String text() {
        return String.join("\n", lines);
    }
}
