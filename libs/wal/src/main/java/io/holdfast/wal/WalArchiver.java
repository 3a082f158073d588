package io.holdfast.wal;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.engine.postgres.tools.ToolProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Archives the WAL of one server: pg_receivewal streams it into a spool directory, and this process ships it to the vault
 * from there. pg_receivewal confirms to the replication slot what it has fsynced in the spool, and nothing else; so the
 * spool must be on a disk that survives a crash of its machine.
 *
 * <p>Whole segments are shipped as they appear, history files before them, and the written part of the running segment
 * once in each interval. A segment leaves the spool after the vault has it. A killed archiver continues where the spool
 * ends; one that finds an empty spool continues where the vault ends, as far as the server still has that WAL. pg_receivewal
 * ends with this process, however this process ends.
 *
 * <p>While the vault does not accept segments, the spool grows up to its limit. Then receiving pauses, and the server keeps
 * its WAL, until half of the spool is shipped.
 */
public final class WalArchiver implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WalArchiver.class);
    private static final Duration PAUSE = Duration.ofSeconds(5);

    /** A receiver that cannot connect, or is refused, ends earlier. */
    private static final Duration STEADY = Duration.ofSeconds(15);

    private static final String LOCK = "holdfast.lock";

    private final Options options;
    private final WalArchive archive;
    private final WalSpool spool;
    private final InstantSource clock;
    private volatile Status status = new Status(null, null, 0, null, false);
    private volatile boolean closed;
    private volatile @Nullable ToolProcess receiver;
    private volatile @Nullable FailureReason receiving;
    private volatile @Nullable Instant receivingSince;
    private volatile boolean lost;
    private volatile Instant partialShipped = Instant.EPOCH;

    /**
     * @param slot the replication slot, created if it is missing
     * @param spool directory, created if it is missing; of this server alone
     * @param spoolLimit in bytes; at least four segments
     * @param ship how often the running segment is shipped: what is lost if server and spool are lost together
     */
    public record Options(
            DatabaseAddress address,
            PasswordSupplier password,
            PostgresTools tools,
            int serverMajor,
            String slot,
            Path spool,
            long spoolLimit,
            Duration ship) {}

    /**
     * @param shipped the end of the WAL that the vault has; null before anything was shipped
     * @param shippedAt when the vault last had all WAL that the receiver got, while the receiver worked
     * @param spoolBytes that wait in the spool
     * @param failure why nothing is received or shipped now; null if both work
     * @param slotLost whether the server had removed WAL that the archive lacks, since this archiver started
     */
    public record Status(
            @Nullable Lsn shipped,
            @Nullable Instant shippedAt,
            long spoolBytes,
            @Nullable FailureReason failure,
            boolean slotLost) {}

    public WalArchiver(Options options, WalArchive archive, InstantSource clock) {
        this.options = options;
        this.archive = archive;
        this.spool = new WalSpool(options.spool());
        this.clock = clock;
    }

    public Status status() {
        return status;
    }

    /**
     * Archives until {@link #close} or an interrupt. Failures of server and vault are in the status, and tried again.
     *
     * @throws HoldfastException REQUEST_CONFLICT if another archiver uses the spool; WAL_CONFLICT; TOOL_MISSING
     */
    @SuppressWarnings("try") // the lock is only there to be held
    public void run() {
        try {
            Files.createDirectories(
                    options.spool(),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            try (FileChannel channel = FileChannel.open(
                            options.spool().resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = locked(channel)) {
                seed();
                Path program = options.tools().program("pg_receivewal", options.serverMajor());
                Thread receiving = Thread.ofVirtual().name("wal-receive").start(() -> receive(program));
                Thread limiting = Thread.ofVirtual().name("wal-spool-limit").start(this::limit);
                try {
                    ship();
                } finally {
                    close();
                    receiving.join();
                    limiting.join();
                }
            }
        } catch (IOException e) {
            throw HoldfastException.of(
                    FailureCode.TOOL_FAILED, "spool " + options.spool() + " cannot be used: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private FileLock locked(FileChannel channel) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_CONFLICT, "spool " + options.spool() + " is used by another archiver");
        }
        return lock;
    }

    /** An empty spool begins with the vault's newest segment: pg_receivewal goes on after it. */
    private void seed() throws IOException {
        if (!spool.isEmpty()) {
            return;
        }
        Optional<SegmentName> newest = archive.newest();
        if (newest.isPresent()) {
            byte[] content = archive.segment(newest.get()).orElseThrow();
            spool.seed(newest.get(), content);
        }
    }

    /**
     * An archiver on another machine that had the slot meanwhile may have stored WAL that the server has removed since.
     *
     * @return whether the vault had newer WAL than the spool, and nothing waits in the spool: then receiving goes on there
     */
    private boolean seedAgain() throws IOException {
        if (!spool.isShipped() || !spool.partials().isEmpty()) {
            return false;
        }
        Optional<SegmentName> last = spool.segments().stream()
                .map(file -> SegmentName.parse(String.valueOf(file.getFileName())))
                .reduce((one, later) -> later);
        boolean newer = archive.newest()
                .filter(newest -> last.isEmpty() || newest.compareTo(last.get()) > 0)
                .isPresent();
        if (newer) {
            spool.clear();
            seed();
        }
        return newer;
    }

    private void receive(Path program) {
        while (!closed) {
            try {
                receiveOnce(program);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (IOException
                    | RuntimeException e) { // such as a spool that does not answer: the next attempt may succeed
                receiving = e instanceof HoldfastException typed
                        ? typed.reason()
                        : FailureReason.of(FailureCode.TOOL_FAILED, "spool " + options.spool() + ": " + e);
                LOG.warn("WAL is not received", e);
                pause();
            }
        }
    }

    private void receiveOnce(Path program) throws InterruptedException, IOException {
        if (spool.bytes() < options.spoolLimit()) {
            attempt(program);
            return;
        }
        receiving = FailureReason.of(
                FailureCode.WAL_SPOOL_FULL,
                "spool " + options.spool() + " has reached its limit of " + options.spoolLimit()
                        + " bytes: the vault does not accept WAL as fast as the server writes it, and the"
                        + " server keeps its WAL now; correct the vault, or raise the limit");
        while (!closed && spool.bytes() > options.spoolLimit() / 2) {
            TimeUnit.MILLISECONDS.sleep(200);
        }
        receiving = null;
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** On a thread of its own: shipping may wait for the vault longer than the server needs to fill the disk. */
    private void limit() {
        while (!closed && !Thread.currentThread().isInterrupted()) {
            try {
                stopWhenFull();
                TimeUnit.MILLISECONDS.sleep(200);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (IOException e) {
                LOG.warn("the size of spool {} is unknown: {}", options.spool(), e.toString());
                pause();
            }
        }
    }

    private void attempt(Path program) throws InterruptedException, IOException {
        try {
            ensure(tool(program, List.of("--create-slot", "--if-not-exists")).run(OutputStream.nullOutputStream()));
            ToolProcess streaming = tool(
                            program, List.of("--synchronous", "--no-loop", "--directory=" + options.spool()))
                    .supervised();
            receiver = streaming;
            if (!closed) {
                ensure(received(streaming));
            }
        } catch (HoldfastException e) {
            if (closed || e.code() == FailureCode.CANCELLED) {
                boolean unused = Thread.interrupted(); // by the cancelled tool; this thread goes on
                return;
            }
            receiving = e.reason();
            LOG.warn("WAL is not received: {}", e.getMessage());
            if (e.code() == FailureCode.WAL_SLOT_LOST && !seedAgain()) {
                slotLost(program);
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        } finally {
            receiver = null;
        }
    }

    private ToolProcess.Ended received(ToolProcess streaming) {
        receivingSince = clock.instant();
        try {
            return streaming.run(OutputStream.nullOutputStream());
        } finally {
            receivingSince = null;
        }
    }

    private void ensure(ToolProcess.Ended ended) {
        if (ended.exit() != 0) {
            throw ReplicationErrors.typed("pg_receivewal", options.address(), ended);
        }
    }

    private ToolProcess tool(Path program, List<String> arguments) {
        List<String> words = new ArrayList<>(List.of(
                "--no-password",
                "--slot=" + options.slot(),
                "--host=" + options.address().host(),
                "--port=" + options.address().port(),
                "--username=" + options.address().user()));
        words.addAll(arguments);
        return new ToolProcess(program, words, options.address(), options.password(), "holdfast/wal");
    }

    /**
     * The server cannot continue where the spool ends: it removed that WAL, or it went back to an earlier position. What was
     * received is shipped. Then a new slot begins at the present, after a hole: an invalidated slot would keep no WAL.
     */
    private void slotLost(Path program) throws IOException, InterruptedException {
        lost = true;
        Instant asked = clock.instant();
        while (!closed && !spool.isEmpty() && !(spool.isShipped() && partialShipped.isAfter(asked))) {
            TimeUnit.MILLISECONDS.sleep(200);
        }
        if (!closed) {
            ToolProcess.Ended unused = tool(program, List.of("--drop-slot")).run(OutputStream.nullOutputStream());
            spool.clear();
        }
    }

    private void ship() throws InterruptedException {
        while (!closed) {
            @Nullable FailureReason shipping = null;
            try {
                shipOnce();
            } catch (HoldfastException e) {
                if (e.code() == FailureCode.CANCELLED || e.code() == FailureCode.WAL_CONFLICT) {
                    throw e;
                }
                shipping = e.reason();
                LOG.warn("WAL is not shipped: {}", e.getMessage());
            } catch (IOException e) {
                shipping = FailureReason.of(FailureCode.TOOL_FAILED, "spool " + options.spool() + ": " + e);
            }
            report(shipping);
            TimeUnit.MILLISECONDS.sleep(500);
        }
    }

    private void shipOnce() throws IOException {
        for (Path history : spool.histories()) {
            archive.storeHistory(
                    TimelineHistory.timeline(history.getFileName().toString()), Files.readAllBytes(history));
        }
        List<Path> segments = spool.segments();
        for (Path file : segments) {
            SegmentName name = SegmentName.parse(file.getFileName().toString());
            if (!spool.isShipped(name)) {
                SegmentEntry entry = archive.store(name, Files.readAllBytes(file));
                spool.shipped(name);
                shipped(entry.end());
            }
            if (!file.equals(segments.getLast())) {
                Files.delete(file); // the newest stays: pg_receivewal goes on after it
            }
        }
        if (!clock.instant().isBefore(partialShipped.plus(options.ship()))) {
            Instant at = clock.instant();
            for (Path file : spool.partials()) {
                SegmentName name =
                        SegmentName.parse(file.getFileName().toString().substring(0, SegmentName.LENGTH));
                Optional<byte[]> content = spool.partial(file);
                if (content.isPresent()) {
                    WalArchive.StoredPartial stored = archive.storePartial(name, content.get());
                    if (stored.more() || receives()) {
                        shipped(stored.end());
                    }
                }
            }
            spool.removeSuperseded();
            partialShipped = at;
        }
    }

    /** Returns whether the receiver has streamed for {@link #STEADY}: a partial segment that did not grow is up to date then. */
    private boolean receives() {
        Instant since = receivingSince;
        return since != null && since.plus(STEADY).isBefore(clock.instant());
    }

    private void stopWhenFull() throws IOException {
        ToolProcess streaming = receiver;
        if (streaming != null && spool.bytes() >= options.spoolLimit()) {
            streaming.cancel();
        }
    }

    private void shipped(Lsn end) throws IOException {
        status = new Status(end, clock.instant(), spool.bytes(), receiving, lost);
    }

    private void report(@Nullable FailureReason shipping) {
        Status before = status;
        long bytes = before.spoolBytes();
        try {
            bytes = spool.bytes();
        } catch (IOException e) {
            LOG.warn("spool {}: {}", options.spool(), e.toString());
        }
        if (receives()) {
            receiving = null;
        }
        FailureReason failure = receiving != null && receiving.code() == FailureCode.WAL_SPOOL_FULL
                ? receiving
                : shipping != null ? shipping : receiving;
        status = new Status(before.shipped(), before.shippedAt(), bytes, failure, lost);
    }

    /** Ends {@link #run}; what is in the spool stays for the next archiver. */
    @Override
    public void close() {
        closed = true;
        ToolProcess streaming = receiver;
        if (streaming != null) {
            streaming.cancel();
        }
    }
}
