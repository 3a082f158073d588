package io.holdfast.devstack;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * The stack's own JVM. Prints {@code READY {json}} on standard output when every part answers, and ends when its
 * standard input does: so a killed parent leaves nothing.
 */
public final class DevStackMain {
    private enum Signal {
        POSTGRES_GONE
    }

    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
    private final ServerStack stack = new ServerStack();
    private volatile boolean stopping;
    private volatile @Nullable Path temporary;
    private volatile @Nullable Exception failure;

    private DevStackMain() {}

    public static void main(String[] arguments) throws Exception {
        PrintStream out = System.out;
        System.setOut(System.err); // standard output carries one line, whatever a library prints
        StackOptions options = StackOptions.parse(arguments);
        new DevStackMain().run(options, out);
    }

    private void run(StackOptions options, PrintStream out) throws Exception {
        Thread.ofPlatform().daemon().name("parent-watch").start(this::watchParent);
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
        try {
            Path data = options.data();
            Path folder =
                    data == null ? temporary() : Files.createDirectories(data).toRealPath();
            temporary = data == null ? folder : null;
            lock(folder);
            StackAddresses addresses = stack.start(folder, options, data != null);
            out.println("READY " + FlatJson.write(addresses.toMap()));
            out.flush();
            serve();
        } catch (Exception e) { // the process's edge: leave with a failure, which the shutdown hook says
            failure = stopping ? null : e; // what is told to end may fail to start
            System.exit(1);
        }
        System.exit(0);
    }

    /** What the stack itself found wrong is one line; where it is, is only of use for what nobody thought of. */
    private static void complain(Exception e) {
        boolean expected = e instanceof IOException && e.getMessage() != null;
        System.err.println(expected ? e.getMessage() : "unexpected: " + e);
        if (!expected || "1".equals(System.getenv("HOLDFAST_DEBUG"))) {
            e.printStackTrace();
        }
    }

    /** Two stacks on one data would stop each other's PostgreSQL. The lock ends with this process, however it ends. */
    private static void lock(Path folder) throws IOException {
        FileChannel channel =
                FileChannel.open(folder.resolve("stack.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
            throw new IOException("another stack runs on " + folder + "; stop it or choose another folder");
        }
    }

    /** Stays on the main thread: PostgreSQL lives as long as the thread that started it. */
    private void serve() throws Exception {
        stack.whenPostgresEnds(() -> signals.add(Signal.POSTGRES_GONE));
        while (signals.take() == Signal.POSTGRES_GONE && !stopping) {
            System.err.println("PostgreSQL ended; starting it again on its data");
            stack.restartPostgres();
            stack.whenPostgresEnds(() -> signals.add(Signal.POSTGRES_GONE));
        }
    }

    private void watchParent() {
        try {
            while (System.in.read() >= 0) {
                // whatever the parent writes means nothing; only the end does
            }
        } catch (IOException e) {
            System.err.println("standard input failed, taken for its end: " + e.getMessage());
        }
        System.exit(0);
    }

    /** Says last what failed: whoever reads only the end of what is written reads it. */
    private void stop() {
        stopping = true;
        try {
            stack.stop();
            Path folder = temporary;
            if (folder != null) {
                delete(folder);
            }
        } catch (Exception e) { // the process's edge: nobody is left to handle it
            System.err.println("the development stack did not stop cleanly: " + e);
        }
        Exception failed = failure;
        if (failed != null) {
            complain(failed);
        }
    }

    /** Passable for the user that PostgreSQL runs as; the files in it are closed each for itself. */
    private static Path temporary() throws IOException {
        return Files.setPosixFilePermissions(
                        Files.createTempDirectory("holdfast-stack-"), PosixFilePermissions.fromString("rwx--x--x"))
                .toRealPath();
    }

    static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
