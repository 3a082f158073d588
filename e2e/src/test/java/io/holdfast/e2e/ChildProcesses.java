package io.holdfast.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads arguments and environment of the programs that run on this machine, but for Java's, again and again. A process that
 * a JVM has forked has the JVM's environment until it becomes the program, so processes are told apart by their executable.
 */
final class ChildProcesses implements AutoCloseable {
    private static final long EVERY_NANOS = 3_000_000;

    private static final Set<String> JVM = Set.of("java", "jspawnhelper");

    private final List<String> secrets;
    private final Set<String> programs = ConcurrentHashMap.newKeySet();
    private final Map<String, String> leaks = new ConcurrentHashMap<>();
    private final Thread watcher;
    private volatile boolean open = true;

    ChildProcesses(List<String> secrets) {
        this.secrets = secrets;
        this.watcher = Thread.ofPlatform().daemon().name("child-processes").start(this::watch);
    }

    /** Names of the programs that were seen. */
    Set<String> programs() {
        return Set.copyOf(programs);
    }

    /** The programs with a secret in their arguments or environment, and where. */
    Map<String, String> leaks() {
        return Map.copyOf(leaks);
    }

    private void watch() {
        while (open) {
            ProcessHandle.allProcesses().forEach(this::look);
            LockSupport.parkNanos(EVERY_NANOS);
        }
    }

    private void look(ProcessHandle process) {
        Path proc = Path.of("/proc", Long.toString(process.pid()));
        String program = executable(proc);
        if (program.isEmpty() || JVM.contains(program)) {
            return;
        }
        programs.add(program);
        for (String where : List.of("cmdline", "environ")) {
            String text = read(proc.resolve(where));
            secrets.stream().filter(text::contains).forEach(secret -> leaks.put("process " + program, where));
        }
    }

    /** The file name of what the process executes; empty if it has ended. */
    private static String executable(Path proc) {
        try {
            return String.valueOf(Files.readSymbolicLink(proc.resolve("exe")).getFileName());
        } catch (IOException e) {
            return "";
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // it has ended
        }
    }

    @Override
    public void close() {
        open = false;
        try {
            watcher.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
