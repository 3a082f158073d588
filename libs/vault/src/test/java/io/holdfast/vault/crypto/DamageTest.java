package io.holdfast.vault.crypto;

import static io.holdfast.vault.TestVault.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.vault.Rows;
import io.holdfast.vault.TestVault;
import io.holdfast.vault.check.BackupCheckReport;
import io.holdfast.vault.check.CheckLevel;
import io.holdfast.vault.check.ProgressListener;
import io.holdfast.vault.format.ChunkFault;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.StoredChunk;
import io.holdfast.vault.format.VaultLayout;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever happens to the objects is noticed, and named. */
final class DamageTest {
    private final TestVault test = new TestVault();
    private final Manifest manifest = test.backup(Rows.of(1, 60_000));
    private final StoredChunk chunk = manifest.chunks().get(2);
    private String key = "";

    @BeforeEach
    void choose() {
        key = VaultLayout.chunk(test.source, chunk);
    }

    @Test
    void aMissingChunkIsNamed() {
        test.store.delete(key);

        assertFound(CheckLevel.LISTED, ChunkFault.MISSING);
        assertFound(CheckLevel.READ, ChunkFault.MISSING);
        assertReadFails(FailureCode.CHUNK_MISSING);
    }

    @Test
    void aFlippedBitAnywhereIsFound() {
        byte[] good = test.store.get(key).orElseThrow();
        for (int at : new int[] {0, 4, 5, 20, good.length / 2, good.length - 1}) {
            byte[] bad = good.clone();
            bad[at] ^= 1;
            test.store.put(key, bad);

            assertFound(CheckLevel.READ, ChunkFault.CORRUPT);
            assertReadFails(FailureCode.CHUNK_CORRUPT);
        }
    }

    @Test
    void aTruncatedChunkIsFound() {
        byte[] good = test.store.get(key).orElseThrow();
        for (int length : new int[] {0, 3, good.length - 1}) {
            test.store.put(key, Arrays.copyOf(good, length));

            assertFound(CheckLevel.LISTED, ChunkFault.WRONG_SIZE);
            assertFound(CheckLevel.READ, ChunkFault.CORRUPT);
        }
    }

    @Test
    void swappedChunksAreFound() {
        String other = VaultLayout.chunk(test.source, manifest.chunks().get(1));
        test.store.put(key, test.store.get(other).orElseThrow());

        assertFound(CheckLevel.READ, ChunkFault.CORRUPT);
        assertReadFails(FailureCode.CHUNK_CORRUPT);
    }

    @Test
    void aMissingBackupIsNamed() {
        BackupId unknown = TestVault.backupId();

        assertFails(FailureCode.MANIFEST_MISSING, () -> test.vault.manifest(test.source, unknown), unknown.toString());
    }

    @Test
    void aDamagedManifestIsRefused() {
        String place = VaultLayout.manifest(test.source, manifest.backup());
        byte[] good = test.store.get(place).orElseThrow();
        byte[] flipped = good.clone();
        flipped[good.length / 2] ^= 4;

        for (byte[] bad : new byte[][] {flipped, Arrays.copyOf(good, 40), new byte[0], new byte[] {123, 125}}) {
            test.store.put(place, bad);
            assertFails(FailureCode.MANIFEST_CORRUPT, () -> test.vault.manifest(test.source, manifest.backup()), place);
        }
    }

    @Test
    void aMovedManifestIsRefused() {
        BackupId other = TestVault.backupId();
        byte[] good = test.store
                .get(VaultLayout.manifest(test.source, manifest.backup()))
                .orElseThrow();
        test.store.put(VaultLayout.manifest(test.source, other), good);

        assertFails(FailureCode.MANIFEST_CORRUPT, () -> test.vault.manifest(test.source, other));
    }

    @Test
    void aManifestSignedByAnotherIsRefusedThoughItIsEncryptedRight() {
        String place = VaultLayout.manifest(test.source, manifest.backup());
        VaultKeys ours = test.vault.context().keys().keys();
        VaultKeys forger = new VaultKeys(
                ours.chunkIds(),
                ours.data(),
                ours.dataIds(),
                new TestVault().vault.context().keys().keys().sign(),
                ours.verify());

        test.store.put(place, new ObjectSealer(VaultKeyProvider.fixed(forger)).seal(place, manifest));
        assertFails(FailureCode.MANIFEST_CORRUPT, () -> test.vault.manifest(test.source, manifest.backup()));

        test.store.put(place, new ObjectSealer(VaultKeyProvider.fixed(ours)).seal(place, manifest));
        assertThat(test.vault.manifest(test.source, manifest.backup())).isEqualTo(manifest);
    }

    @Test
    void aManifestThatSpeaksOfAnotherBackupIsRefused() {
        BackupId other = TestVault.backupId();
        String place = VaultLayout.manifest(test.source, other);
        test.store.put(place, test.vault.context().sealer().seal(place, manifest));

        assertFails(FailureCode.MANIFEST_CORRUPT, () -> test.vault.manifest(test.source, other));
    }

    @Test
    void aTombstonedBackupIsNeitherListedNorRead() {
        test.store.put(VaultLayout.tombstone(test.source, manifest.backup()), new byte[] {1});

        assertThat(test.vault.backups(test.source)).isEmpty();
        assertFails(FailureCode.BACKUP_NOT_USABLE, () -> test.vault.reader(test.source, manifest.backup()));
        assertFails(FailureCode.BACKUP_NOT_USABLE, () -> check(CheckLevel.LISTED));
        assertFails(FailureCode.BACKUP_NOT_USABLE, () -> test.write(manifest.backup()));
    }

    @Test
    void aLostChunkIsWrittenAnewByTheNextBackup() throws Exception {
        test.store.delete(key);

        Manifest next = test.backup(Rows.of(1, 60_000));

        assertThat(next.totals().newChunks()).isEqualTo(1);
        assertThat(next.chunks())
                .filteredOn(c -> c.id().equals(chunk.id()))
                .singleElement()
                .satisfies(c -> assertThat(c.generation()).isNotEqualTo(chunk.generation()));
        assertThat(test.read(next, "t")).isEqualTo(Rows.of(1, 60_000).bytes());
    }

    @Test
    void aDamagedOldManifestDoesNotStopTheNextBackup() throws Exception {
        test.store.put(VaultLayout.manifest(test.source, manifest.backup()), new byte[50]);

        Manifest next = test.backup(Rows.of(1, 60_000));

        assertThat(next.totals().newChunks()).isEqualTo(next.chunks().size());
        assertThat(test.read(next, "t")).isEqualTo(Rows.of(1, 60_000).bytes());
    }

    private BackupCheckReport check(CheckLevel level) {
        return test.vault.check(test.source, manifest.backup(), level, ProgressListener.NONE);
    }

    private void assertFound(CheckLevel level, ChunkFault fault) {
        assertThat(check(level).problems()).singleElement().satisfies(problem -> {
            assertThat(problem.chunk()).isEqualTo(chunk);
            assertThat(problem.fault()).isEqualTo(fault);
            assertThat(problem.affected()).containsExactly("public.t");
        });
    }

    private void assertReadFails(FailureCode code) {
        assertFails(
                code,
                () -> test.read(manifest, "t"),
                chunk.id().toString(),
                "public.t",
                manifest.backup().toString());
    }
}
