package io.holdfast.vault.chunk;

import static io.holdfast.vault.TestVault.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.vault.Once;
import io.holdfast.vault.Rows;
import io.holdfast.vault.TestClock;
import io.holdfast.vault.TestVault;
import io.holdfast.vault.check.CheckLevel;
import io.holdfast.vault.check.ProgressListener;
import io.holdfast.vault.core.GracePeriod;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.gc.BackupDeletion;
import io.holdfast.vault.read.BackupReader;
import io.holdfast.vault.store.FaultyStore;
import io.holdfast.vault.store.MemoryObjectStore;
import io.holdfast.vault.write.BackupWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who stands still while others go on does no harm when it wakes. */
final class PausedTest {
    private static final Rows ROWS = Rows.of(1, 20_000);

    private final TestClock clock = new TestClock();
    private final Once beforeManifest = new Once();
    private final Once beforeChunkGoes = new Once();
    private final TestVault test = new TestVault(
            new FaultyStore(new MemoryObjectStore(clock)) {
                @Override
                protected void before(String verb, String key) {
                    if (verb.equals("putIfAbsent") && key.contains("/backups/")) {
                        beforeManifest.happen();
                    }
                    if (verb.equals("delete") && key.contains("/chunks/")) {
                        beforeChunkGoes.happen();
                    }
                }
            },
            clock.grace());

    @Test
    void aWriterThatSleptOverASweepDoesNotCommit() {
        Manifest old = test.backup(ROWS);
        try (BackupWriter writer = test.vault.write(test.source, TestVault.backupId(), clock.options())) {
            BackupContents backupContents = TestVault.contents(writer, TestVault.table(writer, "t", ROWS));
            deleteAndSweep(old);

            assertFails(FailureCode.MAX_DURATION_EXCEEDED, () -> writer.commit(backupContents));
        }
        assertThat(test.vault.backups(test.source)).isEmpty();
    }

    @Test
    void aWriterThatSleptInTheMiddleOfItsCommitTakesItBack() {
        Manifest old = test.backup(ROWS);
        try (BackupWriter writer = test.vault.write(test.source, TestVault.backupId(), clock.options())) {
            BackupContents backupContents = TestVault.contents(writer, TestVault.table(writer, "t", ROWS));
            beforeManifest.then(() -> deleteAndSweep(old));

            assertFails(FailureCode.MAX_DURATION_EXCEEDED, () -> writer.commit(backupContents));
        }
        assertThat(test.vault.backups(test.source)).isEmpty();
    }

    @Test
    void aWriterThatWakesAfterAnotherCommittedItsBackupTakesNothingBack() throws Exception {
        BackupId backup = TestVault.backupId();
        try (BackupWriter writer = test.vault.write(test.source, backup, clock.options())) {
            BackupContents backupContents = TestVault.contents(writer, TestVault.table(writer, "t", ROWS));
            beforeManifest.then(() -> {
                test.backup(backup, ROWS, clock.options());
                clock.pass(Duration.ofHours(13));
            });

            Manifest theirs = writer.commit(backupContents);

            assertThat(test.vault.manifest(test.source, backup)).isEqualTo(theirs);
            assertThat(test.read(theirs, "t")).isEqualTo(ROWS.bytes());
        }
        assertThat(test.vault.tombstone(test.source, backup)).isEmpty();
    }

    @Test
    void aWriterThatIsBuriedInTheMiddleOfItsCommitDoesNotCallItStored() {
        BackupId backup = TestVault.backupId();
        try (BackupWriter writer = test.vault.write(test.source, backup, clock.options())) {
            BackupContents backupContents = TestVault.contents(writer, TestVault.table(writer, "t", ROWS));
            beforeManifest.then(
                    () -> new BackupDeletion(test.vault.context(), test.source, backup).bury("ops", "given up"));

            assertFails(FailureCode.BACKUP_NOT_USABLE, () -> writer.commit(backupContents));
        }
    }

    @Test
    void aWriterThatIsQuickEnoughIsNeverSweptUnder() {
        Manifest old = test.backup(ROWS);
        clock.pass(Duration.ofDays(30));
        try (BackupWriter writer = test.vault.write(test.source, TestVault.backupId(), clock.options())) {
            test.vault.delete(test.source, old.backup(), "retention", "old");
            BackupContents backupContents = TestVault.contents(writer, TestVault.table(writer, "t", ROWS));
            clock.pass(Duration.ofHours(11));
            test.vault.sweep(test.source, false);
            Manifest kept = writer.commit(backupContents);
            clock.passGrace();
            assertThat(test.vault.sweep(test.source, false).backups()).containsExactly(old.backup());

            assertThat(kept.chunks()).contains(old.chunks().getFirst());
            assertThat(test.vault
                            .check(test.source, kept.backup(), CheckLevel.READ, ProgressListener.NONE)
                            .intact())
                    .isTrue();
        }
    }

    @Test
    void aSweepThatSleptDoesNotTouchWhatWasWrittenSince() {
        Manifest old = test.backup(ROWS);
        test.vault.delete(test.source, old.backup(), "retention", "old");
        clock.passGrace();
        BackupId since = TestVault.backupId();
        beforeChunkGoes.then(() -> {
            test.vault.sweep(test.source, false); // another one is done meanwhile
            test.backup(since, ROWS, clock.options());
        });

        test.vault.sweep(test.source, false);

        assertThat(test.vault
                        .check(test.source, since, CheckLevel.READ, ProgressListener.NONE)
                        .intact())
                .isTrue();
    }

    @Test
    void aReaderOfADeletedBackupEndsWithinTheGrace() throws Exception {
        Manifest manifest = test.backup(ROWS);
        try (BackupReader reader = test.vault.reader(test.source, manifest.backup())) {
            BackupContents.Table table = TestVault.find(manifest, "t");
            clock.pass(Duration.ofDays(90)); // a long restore goes on
            readAll(reader, table);
            test.vault.delete(test.source, manifest.backup(), "retention", "old");
            clock.pass(TestClock.GRACE.dividedBy(2).minusSeconds(1));
            readAll(reader, table);

            clock.pass(Duration.ofSeconds(1));

            assertFails(FailureCode.BACKUP_NOT_USABLE, () -> readAll(reader, table));
        }
    }

    private static void readAll(BackupReader reader, BackupContents.Table table) throws IOException {
        try (InputStream rows = reader.open(table)) {
            rows.transferTo(OutputStream.nullOutputStream());
        }
    }

    @Test
    void aReaderThatSleptOverTheSweepDoesNotCallTheBackupBad() {
        Manifest manifest = test.backup(ROWS);
        try (ChunkReader reader = new ChunkReader(
                test.vault.context(),
                test.source,
                manifest.backup(),
                ReadLease.start(
                        test.vault
                                .with(new GracePeriod(Duration.ofDays(999), clock, clock::nanos))
                                .context(),
                        test.source,
                        manifest.backup()))) {
            deleteAndSweep(manifest);

            assertFails(
                    FailureCode.BACKUP_NOT_USABLE,
                    () -> reader.read(manifest.chunks().getFirst(), "t"));
        }
    }

    private void deleteAndSweep(Manifest manifest) {
        test.vault.delete(test.source, manifest.backup(), "retention", "old");
        clock.passGrace();
        assertThat(test.vault.sweep(test.source, false).chunks()).isPositive();
    }
}
