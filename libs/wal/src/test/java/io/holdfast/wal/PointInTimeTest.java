package io.holdfast.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.postgres.WalServer;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.engine.scratch.DirectoryServer;
import io.holdfast.engine.support.ProcessTempDirectory;
import io.holdfast.vault.Vault;
import io.holdfast.vault.crypto.KeyFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real server is archived and recovered; the vault is a directory. */
class PointInTimeTest {
    private static final PostgresTools TOOLS = WalSourceServer.TOOLS;
    private static final SourceId SOURCE = SourceId.next(InstantSource.system());

    private WalSourceServer server;
    private Path directory;
    private DirectoryStore store;
    private Vault vault;
    private WalServer probe;
    private WalArchive archive;
    private BaseBackups bases;
    private String system;
    private long first;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        server = WalSourceServer.start();
        directory = Files.createTempDirectory(Path.of("/tmp"), "hfp");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        store = new DirectoryStore(Files.createDirectory(directory.resolve("objects")));
        vault = Vault.init(store, KeyFile.create(directory.resolve("vault.key"), store));
        probe = new WalServer(server.address(), PasswordSupplier.none());
        system = probe.state().systemIdentifier();
        archive = WalArchive.of(vault, SOURCE, system);
        bases = new BaseBackups(vault, SOURCE);
        server.query("CREATE TABLE t (who text, n int)");
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        ProcessTempDirectory.delete(directory);
    }

    @Test
    void exactlyTheRowsCommittedBeforeTheInstantAreRecoveredThoughTheArchiverWasKilled() throws Exception {
        Process killed = ArchiverProcess.start(directory, SOURCE, system, server.address());
        awaitSlot();
        first = transaction("before", 1);
        BaseBackup base = bases.take(TOOLS, server.forBaseBackups(probe), system);
        List<Instant> times = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        List<Lsn> positions = new ArrayList<>();
        List<Long> ids = new ArrayList<>();
        try (Session open = new Session()) {
            open.run("INSERT INTO t VALUES ('open', 1)"); // commits last
            for (int i = 0; i < 3; i++) {
                twoSessions(i);
                times.add(now());
                rows.add(server.query("SELECT who || n FROM t ORDER BY 1"));
                positions.add(Lsn.parse(
                        server.query("SELECT pg_current_wal_insert_lsn()").getFirst()));
                ids.add(transaction("id", i));
                insert("between", 1000 + i);
                if (i == 1) {
                    killed.destroyForcibly().waitFor(); // SIGKILL
                }
                server.query("SELECT pg_switch_wal()");
                insert("large", 20_000); // more than a segment of 1 MiB
            }
            open.commit();
        }
        long undone = rolledBack();
        Instant last = now();
        insert("after", 1);
        Process second = ArchiverProcess.start(directory, SOURCE, system, server.address());
        awaitCommit(last);
        stopped(second);

        WalWindows windows = WalWindows.of(bases.list(system), archive.index());
        assertThat(windows.holes()).isEmpty();
        assertThat(windows.windows()).hasSize(1);
        assertThat(windows.windows().getFirst().from()).isEqualTo(base.finishedAt());
        for (int i = 0; i < 3; i++) {
            assertThat(recovered(new RecoveryTarget.Time(times.get(i)))).isEqualTo(rows.get(i));
        }
        Set<String> atPosition = new HashSet<>(recovered(new RecoveryTarget.Position(positions.get(1))));
        assertThat(atPosition.containsAll(rows.get(1))).isTrue();
        assertThat(recovered(RecoveryTarget.Transaction.of(ids.get(1) | 7L << 32)))
                .containsAll(rows.get(1))
                .contains("id1")
                .doesNotContain("between1001");
        refusesTransactions(undone);
        Instant end = windows.windows().getFirst().to();
        Set<String> atTheEnd = new HashSet<>(recovered(new RecoveryTarget.Time(end)));
        assertThat(atTheEnd.containsAll(rows.get(2))).isTrue();
        assertThat(atTheEnd.contains("open1")).isTrue();
        provesTheBaseBackupAndFindsOneThatLostAPart();
        loseASegment();
    }

    /** Of the same archive, since it takes long to make one. */
    private void provesTheBaseBackupAndFindsOneThatLostAPart() throws IOException {
        RecoveryProofs proofs = RecoveryProofs.of(vault, SOURCE, system);
        RecoveryProver prover = new RecoveryProver(bases, archive, TOOLS, InstantSource.system());
        RecoveryProofs.Due due = due(proofs).orElseThrow();

        proofs.put(prover.prove(due, bases.list(system), "postgres", "boss", () -> {}));
        assertThat(proofs.list()).extracting(RecoveryProof::outcome).containsExactly(RecoveryProof.Outcome.PROVEN);
        assertThat(proofs.list().getFirst().databases()).isEqualTo(2);
        RecoveryProofs.Due instant = due(proofs).orElseThrow();
        assertThat(instant.instant()).isNotNull();

        Path part = store.file("sources/" + SOURCE + "/wal/" + system + "/pieces/" + due.base() + "/00000000");
        Path aside = Files.move(part, directory.resolve("aside"));
        RecoveryProof failed = prover.prove(instant, bases.list(system), "postgres", "boss", () -> {});
        Files.move(aside, part);
        assertThat(failed.outcome()).isEqualTo(RecoveryProof.Outcome.FAILED);
        assertThat(failed.reason()).contains(due.base()).contains("missing");
        assertThat(directory.resolve("recovered")).doesNotExist();
    }

    private Optional<RecoveryProofs.Due> due(RecoveryProofs proofs) {
        return RecoveryProofs.due(
                WalWindows.of(bases.list(system), archive.index()).windows(), proofs.list(), Instant.now(), () -> 0.5);
    }

    private void refusesTransactions(long undone) {
        Lsn early = bases.list(system).getFirst().start();

        assertRefused(RecoveryTarget.Transaction.of(undone), FailureCode.POINT_NOT_REACHED, "was rolled back at");
        assertRefused(RecoveryTarget.Transaction.of(4_000_000), FailureCode.POINT_NOT_REACHED, "neither committed");
        assertRefused(new RecoveryTarget.Position(early), FailureCode.POINT_NOT_COVERED, "before the first window");
        assertRefused(RecoveryTarget.Transaction.of(first), FailureCode.POINT_NOT_COVERED, "before the first window");
    }

    private void assertRefused(RecoveryTarget target, FailureCode code, String said) {
        assertThatThrownBy(() -> plan(target))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(said);
    }

    private long transaction(String who, int n) {
        return Long.parseLong(
                server.query("INSERT INTO t VALUES ('" + who + "', " + n + ") RETURNING pg_current_xact_id()::text")
                        .getFirst());
    }

    private long rolledBack() throws SQLException {
        try (Session session = new Session()) {
            session.run("INSERT INTO t VALUES ('undone', 1)");
            long id = Long.parseLong(
                    server.query("SELECT backend_xid FROM pg_stat_activity WHERE state = 'idle in transaction'")
                            .getFirst());
            session.rollback();
            return id;
        }
    }

    /** Of the same archive, since it takes long to make one. */
    private void loseASegment() throws IOException {
        WalIndex index = archive.index();
        SegmentEntry lost = index.segments().get(index.segments().size() / 2);
        Instant to =
                WalWindows.of(bases.list(system), index).windows().getFirst().to();
        Files.delete(store.file("sources/" + SOURCE + "/wal/" + system + "/segments/" + lost.name()));

        WalWindows windows = WalWindows.of(bases.list(system), archive.index());

        assertThat(windows.holes()).extracting(WalHole::first).containsExactly(lost.name());
        assertThat(windows.windows().getFirst().to()).isBefore(to);
        assertThatThrownBy(() -> plan(new RecoveryTarget.Time(to)))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.POINT_NOT_COVERED))
                .hasMessageContaining(lost.name().toString());
    }

    @Test
    void theSpoolSheltersTheServerWhileTheVaultIsAwayAndIsBounded() throws Exception {
        WalArchiver archiver = ArchiverProcess.archiver(directory, archive, server.address(), 6 << 20);
        CompletableFuture<Void> running = CompletableFuture.runAsync(
                archiver::run, task -> Thread.ofPlatform().start(task));
        awaitSlot();
        BaseBackup base = bases.take(TOOLS, server.forBaseBackups(probe), system);
        Path away = Files.createFile(directory.resolve("away"));
        for (int i = 0; i < 12; i++) {
            insert("large", 10_000);
            server.query("SELECT pg_switch_wal()");
        }
        until(() -> archiver.status().failure() != null
                && archiver.status().failure().code() == FailureCode.WAL_SPOOL_FULL);

        Files.delete(away);
        Instant last = now();
        insert("after", 1);
        awaitCommit(last);
        until(() -> archiver.status().failure() == null);
        archiver.close();
        running.join();

        WalWindows windows = WalWindows.of(List.of(base), archive.index());
        assertThat(windows.holes()).isEmpty();
        assertThat(windows.windows()).hasSize(1);
    }

    @Test
    void aSlotThatTheServerInvalidatedLeavesAHoleThatTheNextBaseBackupEnds() throws Exception {
        Process first = ArchiverProcess.start(directory, SOURCE, system, server.address());
        awaitSlot();
        bases.take(TOOLS, server.forBaseBackups(probe), system);
        Instant archived = now();
        insert("before", 1);
        awaitCommit(archived);
        stopped(first);
        server.query("ALTER SYSTEM SET max_slot_wal_keep_size = '2MB'");
        server.query("SELECT pg_reload_conf()");
        until(() -> {
            insert("lost", 20_000);
            server.query("SELECT pg_switch_wal()");
            server.query("CHECKPOINT");
            return probe.slot("holdfast_test").orElseThrow().lost();
        });
        Instant inTheHole = now();

        WalArchiver archiver = ArchiverProcess.archiver(directory, archive, server.address(), 1L << 30);
        CompletableFuture<Void> running = CompletableFuture.runAsync(
                archiver::run, task -> Thread.ofPlatform().start(task));
        until(() -> archiver.status().slotLost());
        awaitSlot();
        until(() -> {
            insert("after", 1);
            server.query("SELECT pg_switch_wal()");
            return !WalWindows.of(bases.list(system), archive.index()).holes().isEmpty();
        });
        boolean reached = WalWindows.reachPresent(bases.list(system), archive.index());
        bases.take(TOOLS, server.forBaseBackups(probe), system);
        Instant covered = now();
        insert("covered", 1);
        awaitCommit(covered);
        archiver.close();
        running.join();

        assertThat(reached).isFalse();
        assertThat(WalWindows.reachPresent(bases.list(system), archive.index())).isTrue();
        assertThat(WalWindows.of(bases.list(system), archive.index()).windows()).hasSize(2);
        assertRefused(new RecoveryTarget.Time(inTheHole), FailureCode.POINT_NOT_COVERED, "in a hole");
        assertThat(recovered(new RecoveryTarget.Time(covered)))
                .contains("after1")
                .doesNotContain("covered1");
    }

    @Test
    void theTimelineIsFollowedAndTheSlotSurvivesALostSpool() throws Exception {
        Process first = ArchiverProcess.start(directory, SOURCE, system, server.address());
        awaitSlot();
        BaseBackup base = bases.take(TOOLS, server.forBaseBackups(probe), system);
        insert("one", 1);
        Instant onFirst = now();
        insert("one", 2);
        awaitCommit(onFirst);
        stopped(first);
        ProcessTempDirectory.delete(directory.resolve("spool"));

        server.promote();
        probe = new WalServer(server.address(), PasswordSupplier.none());
        insert("two", 1);
        Instant onSecond = now();
        List<String> rows = server.query("SELECT who || n FROM t ORDER BY 1");
        insert("two", 2);
        Process second = ArchiverProcess.start(directory, SOURCE, system, server.address());
        awaitCommit(onSecond);
        stopped(second);

        WalWindows windows = WalWindows.of(List.of(base), archive.index());
        assertThat(windows.windows()).extracting(Window::timeline).contains(2);
        assertThat(recovered(new RecoveryTarget.Time(onSecond))).isEqualTo(rows);
        assertThat(recovered(new RecoveryTarget.Time(onFirst))).contains("one1").doesNotContain("one2");
        refusesOtherContent(windows.windows().getLast());
        replaysNoCommitThatWasArchivedAfterThePlan();
    }

    /** Of the same archive, since it takes long to make one. */
    private void replaysNoCommitThatWasArchivedAfterThePlan() throws Exception {
        Instant end = WalWindows.of(bases.list(system), archive.index())
                .windows()
                .getLast()
                .to();
        RecoveryPlan plan = plan(new RecoveryTarget.Time(end));
        assertThat(plan.toTheEnd()).isTrue();
        Instant before = now();
        insert("late", 1);
        Process archiver = ArchiverProcess.start(directory, SOURCE, system, server.address());
        awaitCommit(before);
        stopped(archiver);

        assertThat(recovered(plan)).contains("two1").doesNotContain("late1");
    }

    /** Of the same archive, since it takes long to make one. */
    private void refusesOtherContent(Window window) {
        SegmentEntry stored = archive.index().segments().getFirst();
        byte[] content = archive.segment(stored.name()).orElseThrow();

        assertThat(archive.store(stored.name(), content.clone())).isEqualTo(stored);
        content[content.length / 2] ^= 1;
        assertThatThrownBy(() -> archive.store(stored.name(), content))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.WAL_CONFLICT));
        assertThat(archive.index().segments()).contains(stored);
        assertThatThrownBy(() -> plan(new RecoveryTarget.Time(window.to().plusSeconds(1))))
                .isInstanceOf(HoldfastException.class)
                .hasMessageContaining("last archived commit");
    }

    private void twoSessions(int i) throws SQLException {
        try (Session one = new Session();
                Session two = new Session()) {
            one.run("INSERT INTO t VALUES ('one', " + i + ")");
            two.run("INSERT INTO t VALUES ('two', " + i + ")");
            two.commit();
            one.commit();
        }
    }

    private void insert(String who, int n) {
        server.query("INSERT INTO t SELECT '" + who + "', " + n
                + (n >= 10_000 ? " + g FROM generate_series(1, " + n + ") g" : ""));
    }

    private Instant now() {
        return probe.state().now();
    }

    private RecoveryPlan plan(RecoveryTarget target) {
        WalIndex index = archive.index();
        return RecoveryPlan.of(bases.list(system), index, target.located(archive, index, null), null, Instant.now());
    }

    private List<String> recovered(RecoveryTarget target) throws Exception {
        return recovered(plan(target));
    }

    private List<String> recovered(RecoveryPlan plan) throws Exception {
        Path into = directory.resolve("recovered");
        Recovery.Recovered recovered = new Recovery(bases, archive, TOOLS).run(plan, into);
        assertThat(into.resolve("recovery.signal")).doesNotExist();
        assertThat(directory.resolve("recovered.wal")).doesNotExist();
        try (DirectoryServer copy = DirectoryServer.start(recovered.programs(), into, List.of(), List.of())) {
            assertThat(copy.awaitReady()).as(String.join("\n", copy.log())).isTrue();
            return psql(copy);
        } finally {
            ProcessTempDirectory.delete(into);
        }
    }

    private static List<String> psql(DirectoryServer copy) throws IOException {
        var address = copy.address("postgres", "boss");
        Process psql = new ProcessBuilder(
                        "psql",
                        "-XAtq",
                        "-h",
                        address.host(),
                        "-U",
                        "boss",
                        "-c",
                        "SELECT who || n FROM t ORDER BY 1",
                        "postgres")
                .redirectErrorStream(true)
                .start();
        return new String(psql.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    private void awaitSlot() {
        until(() -> server.query("SELECT active::text FROM pg_replication_slots WHERE slot_name = 'holdfast_test'")
                .equals(List.of("true")));
    }

    /** Until the archive has a commit after that instant. */
    private void awaitCommit(Instant instant) {
        until(() -> WalWindows.of(bases.list(system), archive.index()).windows().stream()
                .anyMatch(window -> window.to().isAfter(instant)));
    }

    private static void until(Callable<Boolean> condition) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(condition);
    }

    private static void stopped(Process archiver) throws InterruptedException {
        assertThat(archiver.isAlive()).isTrue();
        archiver.destroyForcibly().waitFor();
    }

    private final class Session implements AutoCloseable {
        private final Connection connection;

        Session() throws SQLException {
            connection = DriverManager.getConnection(String.format(
                    Locale.ROOT,
                    "jdbc:postgresql://127.0.0.1:%d/postgres?user=boss",
                    server.address().port()));
            connection.setAutoCommit(false);
        }

        void run(String sql) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }

        void commit() throws SQLException {
            connection.commit();
        }

        void rollback() throws SQLException {
            connection.rollback();
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }
}
