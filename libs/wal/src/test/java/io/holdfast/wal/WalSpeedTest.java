package io.holdfast.wal;

import io.holdfast.contracts.SourceId;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.postgres.WalServer;
import io.holdfast.engine.support.ProcessTempDirectory;
import io.holdfast.vault.Vault;
import io.holdfast.vault.crypto.KeyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Measures the archiver and recovery, and asserts nothing. The vault is a directory; pgbench makes the WAL. */
@EnabledIfSystemProperty(named = "holdfast.measure", matches = "true")
class WalSpeedTest {
    private static final SourceId SOURCE = SourceId.next(InstantSource.system());
    private static final Duration PATIENCE = Duration.ofMinutes(20);
    private static final int SCALE = Integer.getInteger("holdfast.measure.scale", 68);

    private WalSourceServer server;
    private Path directory;
    private DirectoryStore store;
    private Vault vault;
    private WalArchive archive;
    private BaseBackups bases;
    private WalServer probe;
    private String system;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        PgBackRest.remove();
        server = WalSourceServer.start(
                16,
                List.of(
                        "max_wal_size=4GB",
                        "shared_buffers=256MB",
                        "synchronous_commit=on",
                        "archive_mode=on",
                        "archive_command=" + PgBackRest.archiving()));
        directory = Files.createTempDirectory(Path.of("/tmp"), "hfs");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        store = new DirectoryStore(Files.createDirectory(directory.resolve("objects")));
        vault = Vault.init(store, KeyFile.create(directory.resolve("vault.key"), store));
        probe = new WalServer(server.address(), PasswordSupplier.none());
        system = probe.state().systemIdentifier();
        archive = WalArchive.of(vault, SOURCE, system);
        bases = new BaseBackups(vault, SOURCE);
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        PgBackRest.remove();
        server.close();
        ProcessTempDirectory.delete(directory);
    }

    @Test
    void throughputStoredBytesAndLag() throws Exception {
        server.query("SELECT pg_create_physical_replication_slot('holdfast_test', true)");
        Lsn begin = lsn();
        pgbench("-i", "-s", Integer.toString(SCALE));
        pgbench("-c", "4", "-j", "2", "-T", "60");
        server.query("SELECT pg_switch_wal()");
        Lsn end = lsn();
        double wal = (end.value() - begin.value()) / 1e6;

        WalArchiver archiver = ArchiverProcess.archiver(directory, archive, server.address(), 8L << 30);
        Duration cpu = cpu();
        long started = System.nanoTime();
        CompletableFuture<Void> running = CompletableFuture.runAsync(
                archiver::run, task -> Thread.ofPlatform().start(task));
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> archiver.status().shipped() != null
                        && archiver.status().shipped().compareTo(new Lsn(end.value() & -(16L << 20))) >= 0);
        double seconds = (System.nanoTime() - started) / 1e9;
        print(
                "%.0f MB of WAL archived in %.1f s: %.0f MB/s; the archiver's process used %.1f s of CPU",
                wal, seconds, wal / seconds, cpu().minus(cpu).toMillis() / 1e3);
        print("stored: %.0f MB for each GB of WAL", stored() / 1e6 / wal * 1000);

        List<Long> lags = new ArrayList<>();
        Lsn before = lsn();
        CompletableFuture<Void> load = CompletableFuture.runAsync(() -> pgbench("-c", "4", "-j", "2", "-T", "60"));
        while (!load.isDone()) {
            probe.slot("holdfast_test").ifPresent(slot -> lags.add(slot.lagBytes()));
            Thread.onSpinWait();
            load.completeOnTimeout(null, 60, java.util.concurrent.TimeUnit.SECONDS);
            Awaitility.await().pollDelay(Duration.ofMillis(500)).until(() -> true);
        }
        Collections.sort(lags);
        print(
                "under pgbench (%.1f MB/s of WAL): slot lag median %.2f MB, highest %.2f MB",
                (lsn().value() - before.value()) / 60e6, lags.get(lags.size() / 2) / 1e6, lags.getLast() / 1e6);
        archiver.close();
        running.join();
    }

    @Test
    void recoveryOfABaseAndItsWal() throws Exception {
        pgbench("-i", "-q", "-s", Integer.toString(SCALE));
        Process archiver = ArchiverProcess.start(directory, SOURCE, system, server.address());
        PgBackRest other = PgBackRest.of(server, directory);
        long started = System.nanoTime();
        BaseBackup base = take();
        print(
                "base backup of %.0f MB with its verification: %.1f s, %.0f MB stored",
                base.bytes() / 1e6, seconds(started), base.pieces().storedBytes() / 1e6);
        print("pgBackRest, base backup: %.1f s", other.backup("full"));
        print("pgBackRest: %.0f MB stored", other.stored() / 1e6);
        started = System.nanoTime();
        BaseBackup second = take();
        print(
                "base backup of the unchanged server: %.1f s, %.2f MB stored",
                seconds(started), second.pieces().storedBytes() / 1e6);
        print("pgBackRest, incremental of the unchanged server: %.1f s", other.backup("incr"));
        print("pgBackRest: %.0f MB stored", other.stored() / 1e6);
        Lsn begin = lsn();
        while (lsn().value() - begin.value() < SCALE * 15_000_000L) {
            pgbench("-c", "4", "-j", "2", "-T", "10");
        }
        Instant target = probe.state().now();
        server.query("CREATE TABLE later ()");
        server.query("SELECT pg_switch_wal()");
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> WalWindows.of(bases.list(system), archive.index()).windows().stream()
                        .anyMatch(window -> window.to().isAfter(target)));
        archiver.destroyForcibly().waitFor();
        print("WAL since the base: %.0f MB", (lsn().value() - begin.value()) / 1e6);
        started = System.nanoTime();
        RecoveryPlan plan = RecoveryPlan.of(
                bases.list(system), archive.index(), new RecoveryTarget.Time(target), null, Instant.now());
        Recovery.Recovered recovered =
                new Recovery(bases, archive, WalSourceServer.TOOLS).run(plan, directory.resolve("recovered"));
        print("recovery with %d segments: %.1f s", recovered.segments(), seconds(started));
        print("pgBackRest, restore and recovery: %.1f s", other.recovery(target));
    }

    @Test
    void lossAfterAKill() throws Exception {
        server.query("CREATE TABLE t (at timestamptz DEFAULT clock_timestamp())");
        Process archiver = ArchiverProcess.start(directory, SOURCE, system, server.address());
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> probe.slot("holdfast_test")
                        .filter(WalServer.Slot::active)
                        .isPresent());
        BaseBackup unused = take();
        Instant until = Instant.now().plusSeconds(20);
        Instant last = Instant.EPOCH;
        while (Instant.now().isBefore(until)) {
            last = Instant.parse(server.query("INSERT INTO t DEFAULT VALUES RETURNING"
                            + " to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
                    .getFirst());
        }
        server.kill();
        archiver.destroyForcibly().waitFor();
        print("ship interval 1 s, server and spool lost: %d ms lost", lost(last));
        long before = lost(last);
        Process next = ArchiverProcess.start(directory, SOURCE, system, server.address());
        Instant committed = last;
        Awaitility.await().pollDelay(Duration.ofSeconds(30)).atMost(PATIENCE).until(() -> lost(committed) <= before);
        next.destroyForcibly().waitFor();
        print("server lost, spool kept: %d ms lost", lost(last));
    }

    private BaseBackup take() {
        return bases.take(
                WalSourceServer.TOOLS,
                new BaseBackups.Server(
                        server.address(),
                        PasswordSupplier.none(),
                        WalSourceServer.MAJOR,
                        16 << 20,
                        () -> probe.state().now()),
                system);
    }

    private long lost(Instant last) {
        Instant to = WalWindows.of(bases.list(system), archive.index())
                .windows()
                .getLast()
                .to();
        return Math.max(0, Duration.between(to, last).toMillis());
    }

    private double stored() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("objects"))) {
            return files.filter(file -> file.getFileName().toString().contains("%segments%"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    private Lsn lsn() {
        return Lsn.parse(server.query("SELECT pg_current_wal_lsn()").getFirst());
    }

    private void pgbench(String... words) {
        List<String> command = new ArrayList<>(List.of(
                "pgbench",
                "-h",
                "127.0.0.1",
                "-p",
                Integer.toString(server.address().port()),
                "-U",
                "boss"));
        command.addAll(List.of(words));
        command.add("postgres");
        try {
            Process pgbench = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("pgbench.log").toFile())
                    .start();
            if (pgbench.waitFor() != 0) {
                throw new AssertionError(Files.readString(directory.resolve("pgbench.log")));
            }
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private static double seconds(long started) {
        return (System.nanoTime() - started) / 1e9;
    }

    private static void print(String text, Object... values) {
        System.out.printf(Locale.ROOT, "MEASURED " + text + "%n", values);
    }
}
