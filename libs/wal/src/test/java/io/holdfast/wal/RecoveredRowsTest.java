package io.holdfast.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.SourceId;
import io.holdfast.engine.Snapshot;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.postgres.PostgresEngine;
import io.holdfast.engine.postgres.WalServer;
import io.holdfast.engine.support.ProcessTempDirectory;
import io.holdfast.transfer.backup.BackupMetadata;
import io.holdfast.transfer.backup.SnapshotUploader;
import io.holdfast.transfer.manifest.ManifestPosition;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.vault.Vault;
import io.holdfast.vault.crypto.KeyFile;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.write.BackupWriter;
import io.holdfast.vault.write.WriteOptions;
import io.holdfast.wal.rows.ComparableBackups;
import java.io.IOException;
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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real server is backed up, archived, recovered to the position of the backup, and compared; the vault is a directory. */
class RecoveredRowsTest {
    private static final SourceId SOURCE = SourceId.next(InstantSource.system());
    private static final SnapshotOptions READING =
            SnapshotOptions.defaults().withReaders(2).withPosition(true);
    private static final PostgresEngine ENGINE = new PostgresEngine(WalSourceServer.TOOLS);

    private final List<RecoveryProof> proofs = new ArrayList<>();
    private WalSourceServer server;
    private Path directory;
    private Vault vault;
    private WalArchive archive;
    private BaseBackups bases;
    private String system;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        server = WalSourceServer.start(
                1,
                List.of(
                        "fsync=off",
                        "autovacuum=off",
                        "max_wal_size=64MB",
                        "shared_buffers=16MB",
                        "max_prepared_transactions=5",
                        "wal_writer_delay=10ms"));
        directory = Files.createTempDirectory(Path.of("/tmp"), "hfr");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        DirectoryStore store = new DirectoryStore(Files.createDirectory(directory.resolve("objects")));
        vault = Vault.init(store, KeyFile.create(directory.resolve("vault.key"), store));
        system = probe().state().systemIdentifier();
        archive = WalArchive.of(vault, SOURCE, system);
        bases = new BaseBackups(vault, SOURCE);
        server.query("CREATE TABLE account (id int PRIMARY KEY, balance int, note text)");
        server.query("INSERT INTO account SELECT g, 0, 'note ' || g FROM generate_series(1, 200) g");
        server.query("CREATE UNLOGGED TABLE cache AS SELECT 1 AS n");
        server.query("CREATE TABLE entry (id bigserial, account int, amount int)");
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        ProcessTempDirectory.delete(directory);
    }

    @Test
    void theRowsOfTheNewestBackupWithAPositionAreComparedAndAChangeThatIsNotInTheWalIsFound() throws Exception {
        Manifest exact;
        try (Archiving archiving = new Archiving()) {
            bases.take(WalSourceServer.TOOLS, baseServer(), system);
            exact = backupOfBusyServer();
            leavesNoPosition();
            archiving.awaitComparable();
        }

        RecoveryProof proven = prove();
        proofs.add(proven);
        assertThat(proven.reason()).isNull();
        assertThat(proven.outcome()).isEqualTo(RecoveryProof.Outcome.PROVEN);
        assertThat(proven.instant()).isEqualTo(exact.contents().snapshotAt());
        assertThat(proven.rows())
                .isEqualTo(new ComparedRows(
                        exact.backup().toString(),
                        "postgres",
                        ManifestPosition.of(exact).orElseThrow().lsn(),
                        2,
                        List.of()));
        assertThat(next()).as("the same backup is not compared twice in a row").isEmpty();

        server.overwrite("account", "note 77", "note 7X");
        Manifest other;
        try (Archiving archiving = new Archiving()) {
            other = backupWithPosition();
            archiving.awaitComparable();
        }

        RecoveryProof failed = prove();
        proofs.add(failed);
        assertThat(failed.outcome()).isEqualTo(RecoveryProof.Outcome.FAILED);
        assertThat(failed.reason())
                .contains("public.account")
                .contains(other.backup().toString());
        assertThat(Optional.ofNullable(failed.rows()))
                .map(ComparedRows::differing)
                .contains(List.of("public.account"));
        assertThat(next()).map(RowComparison::backup).contains(other.backup().toString());
    }

    private Manifest backupOfBusyServer() {
        try (Writers writers = new Writers(2)) {
            until(() -> writers.commits.get() > 20);
            return backupWithPosition();
        }
    }

    /** A running transaction, then a prepared one. */
    private void leavesNoPosition() throws SQLException {
        try (Connection busy = connect()) {
            busy.setAutoCommit(false);
            run(busy, "UPDATE account SET balance = balance - 1 WHERE id = 1");
            assertThat(ManifestPosition.of(backup())).isEmpty();
            run(busy, "PREPARE TRANSACTION 'transfer'");
            assertThat(ManifestPosition.of(backup())).isEmpty();
        }
        server.query("COMMIT PREPARED 'transfer'");
    }

    private Optional<RowComparison> next() {
        return new ComparableBackups(vault, SOURCE, system, WalSourceServer.TOOLS)
                .next(bases.list(system), archive.index(), proofs, Instant.now());
    }

    private RecoveryProof prove() {
        RecoveryProofs.Due due = new RecoveryProofs.Due(
                        bases.list(system).getLast().id(), Instant.now())
                .comparing(next().orElseThrow());
        return new RecoveryProver(bases, archive, WalSourceServer.TOOLS, InstantSource.system())
                .prove(due, bases.list(system), "postgres", "boss", () -> {});
    }

    /** The moments without a transaction between those of the writers have to be met. */
    private Manifest backupWithPosition() {
        for (int attempt = 0; attempt < 100; attempt++) {
            Manifest manifest = backup();
            if (ManifestPosition.of(manifest).isPresent()) {
                return manifest;
            }
            vault.delete(SOURCE, manifest.backup(), "test", "without a position");
        }
        throw new AssertionError("no backup has a position");
    }

    private Manifest backup() {
        BackupMetadata metadata =
                new BackupMetadata("bank", BackupKind.MANUAL, List.of(), READING.scope(), Instant.now());
        try (Snapshot snapshot = ENGINE.open(server.address(), PasswordSupplier.none(), READING);
                BackupWriter writer =
                        vault.write(SOURCE, BackupId.next(InstantSource.system()), WriteOptions.STANDARD)) {
            Instant durable = snapshot.at().plusMillis(200);
            until(() -> snapshot.position().isPresent() || Instant.now().isAfter(durable));
            return SnapshotUploader.run(snapshot, writer, 2, metadata, TransferListener.NONE);
        }
    }

    private WalServer probe() {
        return new WalServer(server.address(), PasswordSupplier.none());
    }

    private BaseBackups.Server baseServer() {
        return new BaseBackups.Server(
                server.address(),
                PasswordSupplier.none(),
                WalSourceServer.MAJOR,
                1 << 20,
                () -> probe().state().now());
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + server.address().port() + "/postgres?user=boss");
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void until(Callable<Boolean> condition) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(condition);
    }

    private final class Archiving implements AutoCloseable {
        private final WalArchiver archiver = ArchiverProcess.archiver(directory, archive, server.address(), 1L << 30);
        private final CompletableFuture<Void> running = CompletableFuture.runAsync(
                archiver::run, task -> Thread.ofPlatform().start(task));

        Archiving() {
            until(() -> server.query("SELECT active::text FROM pg_replication_slots WHERE slot_name = 'holdfast_test'")
                    .equals(List.of("true")));
        }

        /** Until the WAL before the position of a backup is archived. */
        void awaitComparable() {
            until(() -> {
                server.query("INSERT INTO entry (account, amount) VALUES (0, 0)");
                return next().isPresent();
            });
        }

        @Override
        public void close() {
            archiver.close();
            running.join();
        }
    }

    /** Sessions that transfer amounts between accounts, with pauses. */
    private final class Writers implements AutoCloseable {
        private final AtomicInteger commits = new AtomicInteger();
        private final AtomicBoolean end = new AtomicBoolean();
        private final List<CompletableFuture<Void>> running = new ArrayList<>();

        Writers(int sessions) {
            for (int session = 0; session < sessions; session++) {
                int seed = session;
                running.add(CompletableFuture.runAsync(
                        () -> transfer(seed), task -> Thread.ofPlatform().start(task)));
            }
        }

        private void transfer(int seed) {
            try (Connection connection = connect()) {
                connection.setAutoCommit(false);
                run(connection, "SET synchronous_commit = " + (seed % 2 == 0 ? "on" : "off"));
                connection.commit();
                for (int i = 0; !end.get(); i++) {
                    int account = 1 + (seed * 61 + i) % 200;
                    run(connection, "UPDATE account SET balance = balance + " + i + " WHERE id = " + account);
                    run(connection, "INSERT INTO entry (account, amount) VALUES (" + account + ", " + i + ")");
                    connection.commit();
                    commits.incrementAndGet();
                    run(connection, "SELECT pg_sleep(0.02 * random())");
                    connection.rollback();
                }
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void close() {
            end.set(true);
            running.forEach(CompletableFuture::join);
        }
    }
}
