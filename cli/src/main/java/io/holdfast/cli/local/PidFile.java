package io.holdfast.cli.local;

import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.ServiceEndpoints;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says which process runs the platform on a data folder: its pid, when it started (pids are used again), and where its
 * services answer. Held, with a lock that ends with the process, from the start of {@code up} to its end.
 */
public final class PidFile implements AutoCloseable {
    private static final Duration CLOCKS_DIFFER_BY = Duration.ofSeconds(2);

    private final Path file;
    private final FileChannel channel;
    private final FileLock lock;

    private PidFile(Path file, FileChannel channel, FileLock lock) {
        this.file = file;
        this.channel = channel;
        this.lock = lock;
    }

    /** The running process, and where its services answer; empty while it still starts. */
    public record Owner(ProcessHandle process, Optional<ServiceEndpoints> endpoints) {}

    /**
     * Takes the data folder for this process.
     *
     * @throws CommandException REFUSED if another process has it
     */
    static PidFile take(Path data) throws IOException {
        FileChannel channel =
                FileChannel.open(data.resolve("up.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        @Nullable FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            throw CommandException.refused(
                    "a platform is running on " + data
                            + " already; stop it with ./holdfast down, or choose another --data",
                    null);
        }
        PidFile taken = new PidFile(data.resolve("up.pid"), channel, lock);
        taken.write("");
        return taken;
    }

    void serving(ServiceEndpoints endpoints) throws IOException {
        write(endpoints.toString());
    }

    /** Who runs the platform on a data folder. A file that was left behind by a process that is gone counts as none. */
    public static Optional<Owner> running(Path data) {
        try {
            List<String> lines = Files.readAllLines(data.resolve("up.pid"));
            ProcessHandle process =
                    ProcessHandle.of(Long.parseLong(lines.get(0))).orElseThrow();
            Instant started = process.info().startInstant().orElseThrow();
            Duration apart =
                    Duration.between(started, Instant.parse(lines.get(1))).abs();
            boolean same = process.isAlive() && apart.compareTo(CLOCKS_DIFFER_BY) <= 0;
            Optional<ServiceEndpoints> endpoints =
                    lines.get(2).isEmpty() ? Optional.empty() : Optional.of(ServiceEndpoints.parse(lines.get(2)));
            return same ? Optional.of(new Owner(process, endpoints)) : Optional.empty();
        } catch (IOException | RuntimeException e) {
            return Optional.empty(); // none, or half written, or of a process that is gone
        }
    }

    private void write(String endpoints) throws IOException {
        ProcessHandle self = ProcessHandle.current();
        String started = self.info().startInstant().orElseGet(Instant::now).toString();
        Path draft = file.resolveSibling("up.pid.new");
        Files.writeString(draft, self.pid() + "\n" + started + "\n" + endpoints + "\n");
        Files.move(draft, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
        lock.release();
        channel.close();
    }
}
