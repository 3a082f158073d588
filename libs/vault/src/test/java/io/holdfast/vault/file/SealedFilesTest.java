package io.holdfast.vault.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.FailureCode;
import io.holdfast.vault.Rows;
import io.holdfast.vault.TestClock;
import io.holdfast.vault.TestVault;
import io.holdfast.vault.check.ProgressListener;
import io.holdfast.vault.check.ReadShare;
import io.holdfast.vault.check.VaultReport;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.VaultLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SealedFilesTest {
    private static final String PATH = "7/segments/000000010000000000000001";

    private final TestClock clock = new TestClock();
    private final TestVault test = new TestVault(clock);
    private final SealedFiles files = test.vault.wal(test.source);

    @Test
    void theSameContentTwiceIsOneObjectAndOtherContentOverwritesNothing() {
        assertThat(files.add(PATH, bytes("one"))).isEqualTo(SealedFiles.Added.NEW);
        assertThat(files.add(PATH, bytes("one"))).isEqualTo(SealedFiles.Added.SAME);
        assertThat(files.add(PATH, bytes("two"))).isEqualTo(SealedFiles.Added.DIFFERENT);

        assertThat(files.read(PATH)).hasValue(bytes("one"));
        assertThat(files.list("7/")).hasSize(1);
    }

    @Test
    void aNewFileOverwritesNothing() {
        long size = files.addNew(PATH, bytes("one"));

        assertThat(files.head(PATH).orElseThrow().size()).isEqualTo(size);
        TestVault.assertFails(FailureCode.WAL_CONFLICT, () -> files.addNew(PATH, bytes("two")), PATH);
        assertThat(files.read(PATH)).hasValue(bytes("one"));
    }

    @Test
    void aMovedOrChangedFileDoesNotOpen() {
        files.add(PATH, bytes("one"));
        byte[] object = test.store.get(VaultLayout.wal(test.source) + PATH).orElseThrow();
        test.store.put(VaultLayout.wal(test.source) + "7/segments/000000010000000000000002", object);
        object[object.length - 1] ^= 1;
        test.store.put(VaultLayout.wal(test.source) + PATH, object);

        TestVault.assertFails(FailureCode.WAL_MISSING, () -> files.read(PATH), PATH);
        TestVault.assertFails(
                FailureCode.WAL_MISSING, () -> files.read("7/segments/000000010000000000000002"), "moved");
    }

    @Test
    void aRotationOfKeysLeavesFilesReadableAndTheContentTheSame() {
        files.add(PATH, bytes("one"));
        test.vault.keys().rotate();

        assertThat(test.vault.wal(test.source).add(PATH, bytes("one"))).isEqualTo(SealedFiles.Added.SAME);
        assertThat(files.read(PATH)).hasValue(bytes("one"));
    }

    @Test
    void neitherASweepNorTheDeletionOfTheLastBackupTouchesFilesAndACheckFindsThemInOrder() {
        Manifest backup = test.backup(Rows.of(1, 10));
        files.add(PATH, bytes("one"));
        files.putDocument("7/index/0000000100000000.json", List.of("entry"));
        VaultReport before = test.vault.checkAll(ReadShare.parse("all"), ProgressListener.NONE);
        test.vault.delete(test.source, backup.backup(), "tester", "is old");
        clock.pass(Duration.ofDays(10));
        test.vault.sweep(test.source, false);
        clock.pass(Duration.ofDays(10));
        test.vault.sweep(test.source, false);

        assertThat(before.problems()).isEmpty();
        assertThat(test.keys(VaultLayout.chunks(test.source))).isEmpty();
        assertThat(test.keys(VaultLayout.wal(test.source))).hasSize(2);
        assertThat(files.read(PATH)).hasValue(bytes("one"));
        assertThat(test.vault
                        .checkAll(ReadShare.parse("all"), ProgressListener.NONE)
                        .problems())
                .isEmpty();
    }

    @Test
    void aDamagedIndexIsFoundByACheck() {
        files.putDocument("7/index/0000000100000000.json", List.of("entry"));
        String key = VaultLayout.wal(test.source) + "7/index/0000000100000000.json";
        test.store.put(key, bytes("damaged"));

        assertThat(test.vault
                        .checkAll(ReadShare.parse("none"), ProgressListener.NONE)
                        .problems())
                .extracting(VaultReport.Problem::key)
                .containsExactly(key);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
