package io.holdfast.vault.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.BackupId;
import io.holdfast.vault.Rows;
import io.holdfast.vault.TestVault;
import io.holdfast.vault.store.FaultyStore;
import io.holdfast.vault.store.MemoryObjectStore;
import io.holdfast.vault.write.WriteOptions;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** Each answer of a store is waited for: a backup asks for nothing that it has been told. */
class RequestsTest {
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private final TestVault test = new TestVault(new FaultyStore(new MemoryObjectStore()) {
        @Override
        protected void before(String verb, String key) {
            asked.add(verb + " " + key);
        }
    });

    @Test
    void nothingIsAskedTwiceButWhetherTheBackupWasDeletedMeanwhile() {
        test.backup(Rows.of(1, 1000));
        asked.clear();
        BackupId second = TestVault.backupId();

        test.backup(second, Rows.of(1, 1000), WriteOptions.STANDARD);

        String tombstone = "head " + VaultLayout.tombstone(test.source, second);
        assertThat(asked)
                .contains(tombstone)
                .filteredOn(request -> !request.equals(tombstone) && !request.contains("/chunks/"))
                .doesNotHaveDuplicates()
                .noneMatch(request -> request.startsWith("get " + VaultLayout.journal(test.source, second)));
    }
}
