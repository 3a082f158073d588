package io.holdfast.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
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
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two archivers of one server, one of which is killed. */
class ArchiverTakeoverTest {
    private static final SourceId SOURCE = SourceId.next(InstantSource.system());

    private WalSourceServer server;
    private Path directory;
    private WalArchive archive;
    private String system;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        server = WalSourceServer.start();
        directory = Files.createTempDirectory(Path.of("/tmp"), "hft");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        DirectoryStore store = new DirectoryStore(Files.createDirectory(directory.resolve("objects")));
        Vault vault = Vault.init(store, KeyFile.create(directory.resolve("vault.key"), store));
        system =
                new WalServer(server.address(), PasswordSupplier.none()).state().systemIdentifier();
        archive = WalArchive.of(vault, SOURCE, system);
        server.query("CREATE TABLE t (n int)");
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        ProcessTempDirectory.delete(directory);
    }

    @Test
    void anArchiverOnTheSameMachineIsRefusedTheSpoolUntilTheFirstOneIsKilled() throws Exception {
        Process first = ArchiverProcess.start(directory, SOURCE, system, server.address());
        awaitSlot();
        awaitStored();
        WalArchiver second = ArchiverProcess.archiver(directory, archive, server.address(), 1L << 30);

        assertThatThrownBy(second::run)
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.REQUEST_CONFLICT));
        first.destroyForcibly().waitFor();
        continues(ArchiverProcess.archiver(directory, archive, server.address(), 1L << 30));
    }

    /** As when the first one has lost its lease, and has not noticed it yet. */
    @Test
    void anArchiverWithASpoolOfItsOwnContinuesWhereTheVaultEndsThoughTheServerHasRemovedWalSinceItBegan()
            throws Exception {
        Process first = ArchiverProcess.start(directory, SOURCE, system, server.address());
        awaitSlot();
        awaitStored();
        Path other = Files.createDirectory(directory.resolve("other"));
        WalArchiver second = ArchiverProcess.archiver(other, archive, server.address(), 1L << 30);
        CompletableFuture<Void> running = run(second);
        until(() ->
                second.status().failure() != null && second.status().failure().code() == FailureCode.REQUEST_CONFLICT);
        for (int i = 0; i < 3; i++) {
            awaitStored();
            server.query("CHECKPOINT");
        }
        first.destroyForcibly().waitFor();

        awaitStored();
        second.close();
        running.join();
        assertThat(second.status().slotLost()).isFalse();
        hasEachSegmentOnce();
    }

    private void continues(WalArchiver archiver) throws IOException {
        CompletableFuture<Void> running = run(archiver);
        awaitStored();
        archiver.close();
        running.join();
        assertThat(archiver.status().slotLost()).isFalse();
        hasEachSegmentOnce();
    }

    private void hasEachSegmentOnce() {
        List<Long> numbers =
                archive.index().segments().stream().map(SegmentEntry::number).toList();

        assertThat(numbers).hasSizeGreaterThan(3);
        for (int i = 1; i < numbers.size(); i++) {
            assertThat(numbers.get(i)).isEqualTo(numbers.get(i - 1) + 1);
        }
    }

    private static CompletableFuture<Void> run(WalArchiver archiver) {
        return CompletableFuture.runAsync(
                archiver::run, task -> Thread.ofPlatform().start(task));
    }

    private void awaitSlot() {
        until(() -> server.query("SELECT active::text FROM pg_replication_slots WHERE slot_name = 'holdfast_test'")
                .equals(List.of("true")));
    }

    /** Until a segment that is written now is in the vault. */
    private void awaitStored() {
        server.query("INSERT INTO t SELECT generate_series(1, 60000)");
        String written = server.query("SELECT pg_walfile_name(pg_current_wal_insert_lsn())")
                .getFirst();
        server.query("SELECT pg_switch_wal()");
        until(() -> archive.newest()
                .filter(newest -> newest.compareTo(SegmentName.parse(written)) >= 0)
                .isPresent());
    }

    private static void until(Callable<Boolean> condition) {
        Awaitility.await().atMost(Duration.ofSeconds(120)).until(condition);
    }
}
