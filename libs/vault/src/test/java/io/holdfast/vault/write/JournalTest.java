package io.holdfast.vault.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.Rows;
import io.holdfast.vault.TestVault;
import io.holdfast.vault.check.CheckLevel;
import io.holdfast.vault.check.ProgressListener;
import io.holdfast.vault.format.JournalPage;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.VaultLayout;
import io.holdfast.vault.store.FaultyStore;
import io.holdfast.vault.store.MemoryObjectStore;
import io.holdfast.vault.store.ObjectStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class JournalTest {
    private static final Rows ROWS = Rows.of(8, 60_000);
    private static final WriteOptions OFTEN = WriteOptions.STANDARD.journalEvery(Duration.ofMillis(10));

    /** Once killed, nothing that the dead process tries reaches the store any more. */
    private static final class Killable extends FaultyStore {
        private final AtomicBoolean killed = new AtomicBoolean();

        Killable(ObjectStore store) {
            super(store);
        }

        @Override
        protected void before(String verb, String key) {
            if (killed.get()) {
                throw HoldfastException.of(FailureCode.VAULT_UNREACHABLE, "killed");
            }
        }
    }

    private final ObjectStore real = new MemoryObjectStore();
    private final Killable killable = new Killable(real);
    private final TestVault test = new TestVault(killable);

    @Test
    void whatAKilledWriterUploadedIsNotUploadedAgain() throws Exception {
        BackupId backup = TestVault.backupId();
        WriteStats before = killedWhileWriting(backup);

        TestVault.assertFails(FailureCode.VAULT_UNREACHABLE, () -> test.write(backup));
        killable.killed.set(false);
        Manifest manifest = test.backup(backup, ROWS, OFTEN);

        assertThat(before.newChunks()).isGreaterThan(4);
        assertThat(manifest.totals().newChunks()).isEqualTo(1); // the schema dump
        assertThat(test.read(manifest, "t")).isEqualTo(ROWS.bytes());
        assertThat(test.keys(VaultLayout.journals(test.source))).isEmpty();
    }

    @Test
    void anotherBackupOfTheSourceUsesItToo() {
        killedWhileWriting(TestVault.backupId());
        killable.killed.set(false);

        assertThat(test.backup(ROWS).totals().newChunks()).isEqualTo(1);
    }

    @Test
    void anAbortedWriterLeavesAJournal() {
        try (BackupWriter writer = test.write(TestVault.backupId())) {
            TestVault.table(writer, "t", ROWS);
        }

        assertThat(test.backup(ROWS).totals().newChunks()).isEqualTo(1);
    }

    @Test
    void withoutAJournalTheChunksAreWrittenBesideTheUnvouchedOnes() throws Exception {
        try (BackupWriter writer = test.write(TestVault.backupId())) {
            TestVault.table(writer, "t", ROWS);
        }
        test.keys(VaultLayout.journals(test.source)).forEach(real::delete);
        List<String> unvouched = test.keys(VaultLayout.chunks(test.source));

        Manifest manifest = test.backup(ROWS);

        assertThat(unvouched).hasSizeGreaterThan(4);
        assertThat(manifest.chunks())
                .extracting(chunk -> VaultLayout.chunk(test.source, chunk))
                .doesNotContainAnyElementsOf(unvouched);
        assertThat(test.read(manifest, "t")).isEqualTo(ROWS.bytes());
        assertThat(test.vault
                        .check(test.source, manifest.backup(), CheckLevel.LISTED, ProgressListener.NONE)
                        .intact())
                .isTrue();
    }

    @Test
    void aForgedJournalIsPassedOver() throws Exception {
        String place = VaultLayout.journal(test.source, TestVault.backupId()) + "forged-0.json";
        real.put(place, new byte[] {1, 2, 3});

        assertThat(test.read(test.backup(ROWS), "t")).isEqualTo(ROWS.bytes());
    }

    private WriteStats killedWhileWriting(BackupId backup) {
        BackupWriter writer = test.vault.write(test.source, backup, OFTEN);
        TestVault.table(writer, "t", ROWS);
        int chunks = writer.stats().newChunks();
        await().atMost(Duration.ofSeconds(60)).until(() -> journalled() == chunks);
        killable.killed.set(true);
        writer.close();
        return writer.stats();
    }

    private int journalled() {
        return real.list(VaultLayout.journals(test.source))
                .map(page -> test.vault
                        .context()
                        .sealer()
                        .open(page.key(), real.get(page.key()).orElseThrow(), JournalPage.class))
                .mapToInt(page -> page.chunks().size())
                .sum();
    }
}
