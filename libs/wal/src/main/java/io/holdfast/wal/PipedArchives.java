package io.holdfast.wal;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.postgres.tools.ToolProcess;
import io.holdfast.engine.support.ProcessTempDirectory;
import io.holdfast.wal.pieces.TarHeader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Copies a server with tablespaces, whose archives pg_basebackup writes to files only: the files are named pipes, so that
 * nothing is on the disk of this machine but PostgreSQL's manifest.
 *
 * <p>pg_basebackup refuses a directory that is not empty. So it is given one that does not exist; when it has created the
 * directory, a directory of pipes is renamed over it, before pg_basebackup has connected and begins to write. The rename
 * fails if there is a file already: then the program is stopped, and run again.
 */
final class PipedArchives {
    private static final int ATTEMPTS = 5;
    private static final String SUFFIX = ".tar";
    private static final String DATA = "base";

    private final BaseBackupTool tool;
    private final List<String> names;
    private final ReentrantLock turn = new ReentrantLock();

    /** @param tablespaces OIDs */
    PipedArchives(BaseBackupTool tool, Collection<String> tablespaces) {
        this.tool = tool;
        this.names = Stream.concat(Stream.of(DATA), tablespaces.stream()).toList();
    }

    void copy(ServerArchive.Sink to) {
        Path work = null;
        try {
            work = ProcessTempDirectory.directory("base-");
            for (int i = 0; i < ATTEMPTS; i++) {
                if (copied(Files.createDirectory(work.resolve(Integer.toString(i))), to)) {
                    return;
                }
            }
            throw HoldfastException.of(
                    FailureCode.TOOL_FAILED,
                    "pg_basebackup began to write before its pipes were in place, " + ATTEMPTS
                            + " times; is this machine overloaded?");
        } catch (IOException e) {
            throw HoldfastException.of(FailureCode.TOOL_FAILED, "the pipes of pg_basebackup cannot be used: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw HoldfastException.of(FailureCode.CANCELLED, "the base backup was cancelled", e);
        } finally {
            delete(work);
        }
    }

    /** Returns false if pg_basebackup was faster than the rename; nothing was copied then. */
    private boolean copied(Path work, ServerArchive.Sink to) throws IOException, InterruptedException {
        Path pipes = Files.createDirectory(work.resolve("pipes"));
        Map<String, Path> links = pipes(pipes, Files.createDirectory(work.resolve("links")));
        Path target = work.resolve("target");
        ToolProcess process = tool.into(target);
        ExecutorService threads = Executors.newCachedThreadPool(
                Thread.ofPlatform().name("base-pipe-", 0).daemon().factory());
        try {
            Future<ToolProcess.Ended> running = threads.submit(() -> process.run(OutputStream.nullOutputStream()));
            if (!placed(pipes, target, running)) {
                if (running.isDone()) {
                    tool.check(result(running));
                }
                return false;
            }
            List<Future<Boolean>> readers = new ArrayList<>();
            links.forEach((name, pipe) -> readers.add(threads.submit(() -> read(name, pipe, to))));
            ToolProcess.Ended ended = result(running);
            threads.shutdown();
            release(threads, links.values());
            for (Future<Boolean> reader : readers) {
                boolean unused = result(reader); // a reader that failed ended pg_basebackup: its failure is the reason
            }
            tool.check(ended);
        } finally {
            process.cancel();
            threads.shutdownNow();
            release(threads, links.values());
        }
        refuseUnexpected(target);
        manifest(target, to.next(null));
        return true;
    }

    /** Creates the pipes, and a second name of each, which stays where it is. */
    private Map<String, Path> pipes(Path pipes, Path links) throws IOException {
        List<String> files = names.stream()
                .map(name -> pipes.resolve(name + SUFFIX).toString())
                .toList();
        List<String> arguments = new ArrayList<>(List.of("-m", "600"));
        arguments.addAll(files);
        ToolProcess.Ended ended = new ToolProcess(
                        Path.of("mkfifo"), arguments, null, PasswordSupplier.none(), "holdfast")
                .run(OutputStream.nullOutputStream());
        if (ended.exit() != 0) {
            throw new IOException("mkfifo: " + String.join(" ", ended.lines()));
        }
        Map<String, Path> second = new LinkedHashMap<>();
        for (String name : names) {
            second.put(name, Files.createLink(links.resolve(name), pipes.resolve(name + SUFFIX)));
        }
        return second;
    }

    private static boolean placed(Path pipes, Path target, Future<?> running) throws IOException, InterruptedException {
        while (!Files.isDirectory(target)) {
            if (running.isDone()) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
        try {
            // rename(2) replaces an empty directory only
            Files.move(pipes, target, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (IOException e) {
            try (Stream<Path> written = Files.list(target)) {
                if (written.findAny().isPresent()) {
                    return false;
                }
            }
            throw e;
        }
    }

    /** pg_basebackup opens a pipe when it has closed the one before: only what a pipe holds can wait for its turn. */
    private boolean read(String name, Path pipe, ServerArchive.Sink to) {
        try (InputStream in = new FileInputStream(pipe.toFile())) {
            turn.lock();
            try {
                return in.transferTo(to.next(name.equals(DATA) ? null : name)) > 0;
            } finally {
                turn.unlock();
            }
        } catch (IOException e) {
            throw HoldfastException.of(FailureCode.TOOL_FAILED, "reading " + name + SUFFIX + " failed: " + e, e);
        }
    }

    /** Waits for the readers. A reader whose pipe pg_basebackup will not open gets the end of the pipe. */
    private static void release(ExecutorService threads, Collection<Path> pipes)
            throws IOException, InterruptedException {
        while (!threads.awaitTermination(10, TimeUnit.MILLISECONDS)) {
            for (Path pipe : pipes) {
                new RandomAccessFile(pipe.toFile(), "rw").close(); // does not wait, as it opens both ends
            }
        }
    }

    private static <T> T result(Future<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof HoldfastException failure
                    ? new HoldfastException(failure.reason(), failure)
                    : new IllegalStateException("copying archives failed", e);
        }
    }

    private void refuseUnexpected(Path target) throws IOException {
        try (Stream<Path> files = Files.list(target)) {
            List<String> unexpected = files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(SUFFIX)
                            && !names.contains(name.substring(0, name.length() - SUFFIX.length())))
                    .toList();
            if (!unexpected.isEmpty()) {
                throw HoldfastException.of(
                        FailureCode.SOURCE_CHANGED,
                        "a tablespace was created while the base backup began: " + unexpected + "; take it again");
            }
        }
    }

    /** As pg_basebackup puts it into the only archive if there are no tablespaces. */
    private static void manifest(Path target, OutputStream to) throws IOException {
        byte[] content = Files.readAllBytes(target.resolve(BackupManifest.NAME));
        byte[] header = TarHeader.file(BackupManifest.NAME, content.length);
        to.write(header);
        to.write(content);
        to.write(new byte[(TarHeader.BLOCK - content.length % TarHeader.BLOCK) % TarHeader.BLOCK]);
    }

    private static void delete(@Nullable Path work) {
        if (work != null) {
            try {
                ProcessTempDirectory.delete(work);
            } catch (IOException e) {
                work.toFile().deleteOnExit(); // the folder is removed with the process's
            }
        }
    }
}
