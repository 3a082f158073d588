package io.holdfast.devstack;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** Drains a process's standard error, so that it never blocks, and remembers the last lines for an error message. */
final class StderrTail {
    private static final int LINES = 40;

    private final Deque<String> lines = new ArrayDeque<>();

    private StderrTail() {}

    static StderrTail of(Process process) {
        StderrTail stderrTail = new StderrTail();
        Thread.ofPlatform().daemon().name("devstack-stderr").start(() -> stderrTail.drain(process.errorReader()));
        return stderrTail;
    }

    private void drain(BufferedReader reader) {
        try (reader) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                add(line);
            }
        } catch (IOException e) {
            add("(its output ended: " + e.getMessage() + ")");
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
