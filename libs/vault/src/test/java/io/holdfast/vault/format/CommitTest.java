package io.holdfast.vault.format;

import static io.holdfast.vault.TestVault.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.Rows;
import io.holdfast.vault.TestVault;
import io.holdfast.vault.check.CheckLevel;
import io.holdfast.vault.check.ProgressListener;
import io.holdfast.vault.check.ReadShare;
import io.holdfast.vault.check.VaultReport;
import io.holdfast.vault.store.FaultyStore;
import io.holdfast.vault.store.MemoryObjectStore;
import io.holdfast.vault.write.BackupWriter;
import io.holdfast.vault.write.SegmentWriter;
import io.holdfast.vault.write.WriteOptions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class CommitTest {
    private static final Rows ROWS = Rows.of(4, 30_000);

    private final TestVault test = new TestVault();

    @Test
    void nothingIsABackupBeforeItsCommit() {
        try (BackupWriter writer = test.write(TestVault.backupId())) {
            TestVault.table(writer, "t", ROWS);

            assertThat(test.vault.backups(test.source)).isEmpty();
        }
        assertThat(test.vault.backups(test.source)).isEmpty();
    }

    @Test
    void ofTwoWritersOfOneBackupBothGetTheSameManifest() throws Exception {
        BackupId backup = TestVault.backupId();
        CyclicBarrier ready = new CyclicBarrier(4);
        List<Future<Manifest>> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 4; i++) {
                all.add(threads.submit(() -> {
                    try (BackupWriter writer = test.write(backup)) {
                        BackupContents backupContents = TestVault.contents(writer, TestVault.table(writer, "t", ROWS));
                        ready.await();
                        return writer.commit(backupContents);
                    }
                }));
            }
        }

        Set<Manifest> manifests = Set.copyOf(all.stream().map(Future::resultNow).toList());
        assertThat(manifests).containsExactly(test.vault.manifest(test.source, backup));
        assertThat(test.read(manifests.iterator().next(), "t")).isEqualTo(ROWS.bytes());
    }

    @Test
    void aForgedManifestInTheWayIsNotAdopted() {
        BackupId backup = TestVault.backupId();
        test.store.put(VaultLayout.manifest(test.source, backup), new byte[100]);

        assertFails(FailureCode.MANIFEST_CORRUPT, () -> test.backup(backup, ROWS, WriteOptions.STANDARD));
    }

    @Test
    void aBackupThatTookTooLongDoesNotCommit() {
        AtomicLong nanos = new AtomicLong();
        WriteOptions slow = WriteOptions.STANDARD
                .maxDuration(Duration.ofHours(1))
                .clocks(InstantSource.fixed(Instant.EPOCH), nanos::get);

        try (BackupWriter writer = test.vault.write(test.source, TestVault.backupId(), slow)) {
            BackupContents backupContents = TestVault.contents(writer, TestVault.table(writer, "t", ROWS));
            nanos.set(Duration.ofMinutes(61).toNanos());

            assertFails(FailureCode.MAX_DURATION_EXCEEDED, () -> writer.commit(backupContents));
        }
        assertThat(test.vault.backups(test.source)).isEmpty();
    }

    @Test
    void theTimeThatAMachineSleptCounts() {
        AtomicLong millis = new AtomicLong();
        WriteOptions slept = WriteOptions.STANDARD
                .maxDuration(Duration.ofHours(1))
                .clocks(() -> Instant.ofEpochMilli(millis.get()), () -> 0);

        try (BackupWriter writer = test.vault.write(test.source, TestVault.backupId(), slept)) {
            BackupContents backupContents = TestVault.contents(writer, TestVault.table(writer, "t", ROWS));
            millis.set(Duration.ofMinutes(61).toMillis());

            assertFails(FailureCode.MAX_DURATION_EXCEEDED, () -> writer.commit(backupContents));
        }
    }

    @Test
    void aReusedChunkThatVanishedStopsTheCommitAndNotTheNextBackup() {
        Manifest first = test.backup(ROWS);
        StoredChunk chunk = first.chunks().get(1);

        try (BackupWriter writer = test.write(TestVault.backupId())) {
            BackupContents backupContents = TestVault.contents(writer, TestVault.table(writer, "t", ROWS));
            test.store.delete(VaultLayout.chunk(test.source, chunk));

            assertFails(
                    FailureCode.CHUNK_MISSING,
                    () -> writer.commit(backupContents),
                    chunk.id().toString());
        }
        assertThat(test.vault.backups(test.source)).containsExactly(first.backup());

        Manifest next = test.backup(ROWS);
        assertThat(test.vault
                        .check(test.source, next.backup(), CheckLevel.READ, ProgressListener.NONE)
                        .intact())
                .isTrue();
    }

    @Test
    void aBackupDeletedMeanwhileDoesNotComeBack() {
        BackupId backup = TestVault.backupId();
        try (BackupWriter writer = test.write(backup)) {
            BackupContents backupContents = TestVault.contents(writer, TestVault.table(writer, "t", ROWS));
            test.store.put(VaultLayout.tombstone(test.source, backup), new byte[] {1});

            assertFails(FailureCode.BACKUP_NOT_USABLE, () -> writer.commit(backupContents));
        }
    }

    @Test
    void chunksAndManifestsAreLockedAndNothingElse() {
        Set<String> locked = new ConcurrentSkipListSet<>();
        TestVault locking = new TestVault(new FaultyStore(new MemoryObjectStore()) {
            @Override
            public boolean putLocked(String key, byte[] bytes) {
                locked.add(key);
                return super.putLocked(key, bytes);
            }
        });
        Manifest manifest = locking.backup(Rows.of(1, 100));

        List<String> expected = new ArrayList<>(locking.keys(VaultLayout.chunks(locking.source)));
        expected.add(VaultLayout.manifest(locking.source, manifest.backup()));
        assertThat(locked).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void extentsOfAnotherWriterAreRefused() {
        Manifest other = test.backup(Rows.of(99, 10));
        try (BackupWriter writer = test.write(TestVault.backupId())) {
            BackupContents.Table strange = TestVault.find(other, "t");

            assertThatThrownBy(() -> writer.commit(TestVault.contents(writer, strange)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("public.t");
        }
    }

    @Test
    void anUnendedSegmentStopsTheCommit() {
        try (BackupWriter writer = test.write(TestVault.backupId());
                SegmentWriter segment = writer.segment()) {
            ROWS.writeTo(segment);

            assertThatThrownBy(() -> writer.commit(TestVault.contents(writer)))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aFailedUploadFailsTheBackupWithItsReason() {
        TestVault broken = new TestVault(new FaultyStore(new MemoryObjectStore()) {
            @Override
            protected void before(String verb, String key) {
                if (verb.equals("putIfAbsent") && key.contains("/chunks/")) {
                    throw HoldfastException.of(FailureCode.VAULT_ACCESS_DENIED, "no right to put");
                }
            }
        });

        assertFails(FailureCode.VAULT_ACCESS_DENIED, () -> broken.backup(ROWS), "no right to put");
        assertThat(broken.vault.backups(broken.source)).isEmpty();
    }

    @Test
    void anInterruptedWriterLeavesNoBackup() throws Exception {
        try (BackupWriter writer = test.write(TestVault.backupId());
                SegmentWriter segment = writer.segment()) {
            ROWS.writeTo(segment);
            Thread.currentThread().interrupt();

            assertFails(FailureCode.CANCELLED, segment::end);
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(test.vault.backups(test.source)).isEmpty();
    }

    @Test
    void damagedNamesOfASourceHinderNobodyAndAreWrittenAnew() {
        test.backup(ROWS);
        SourceId other = SourceId.next(InstantSource.system());
        try (BackupWriter writer = test.vault.write(other, TestVault.backupId(), WriteOptions.STANDARD)) {
            writer.commit(TestVault.contents("other", writer));
        }
        test.store.put(VaultLayout.source(test.source), new byte[50]);

        assertThat(test.vault.findSource("other")).hasValue(other);
        assertThat(test.vault.findSource(TestVault.NAME)).isEmpty();
        assertThat(test.vault.source(test.source)).isEmpty();
        assertThat(test.vault.checkAll(ReadShare.NONE, ProgressListener.NONE).problems())
                .extracting(VaultReport.Problem::key)
                .containsExactly(VaultLayout.source(test.source));

        test.backup(ROWS);
        assertThat(test.vault.findSource(TestVault.NAME)).hasValue(test.source);
    }

    @Test
    void aRenamedSourceIsFoundByItsNewNameFirst() {
        test.backup(ROWS);
        try (BackupWriter writer = test.write(TestVault.backupId())) {
            writer.commit(TestVault.contents("store", writer));
        }

        assertThat(test.vault.source(test.source).orElseThrow().names())
                .extracting(SourceRecord.Named::name)
                .containsExactly("shop", "store");
        assertThat(test.vault.findSource("store")).hasValue(test.source);
        assertThat(test.vault.findSource("shop")).hasValue(test.source);
        assertThat(test.vault.findSource("other")).isEmpty();
    }
}
