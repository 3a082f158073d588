package io.holdfast.vault.crypto;

import static io.holdfast.vault.TestVault.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.FailureCode;
import io.holdfast.vault.Once;
import io.holdfast.vault.Rows;
import io.holdfast.vault.TestVault;
import io.holdfast.vault.Vault;
import io.holdfast.vault.VaultKeyAdministration;
import io.holdfast.vault.check.BackupCheckReport;
import io.holdfast.vault.check.CheckLevel;
import io.holdfast.vault.check.ProgressListener;
import io.holdfast.vault.check.ReadShare;
import io.holdfast.vault.check.VaultReport;
import io.holdfast.vault.format.KeyEscrow;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.VaultLayout;
import io.holdfast.vault.store.FaultyStore;
import io.holdfast.vault.store.MemoryObjectStore;
import io.holdfast.vault.store.ObjectStore;
import io.holdfast.vault.write.BackupWriter;
import io.holdfast.vault.write.WriteOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rotation, escrow, and who may make the first key. */
final class KeysTest {
    private static final Rows ROWS = Rows.of(1, 20_000);

    private final TestVault test = new TestVault();

    @Test
    void afterARotationOldAndNewBackupsAreReadable() throws Exception {
        Manifest before = test.backup(ROWS);
        VaultKeyAdministration.Counts counts = test.vault.keys().rotate();
        Manifest after = test.backup(Rows.of(2, 20_000));

        assertThat(counts).isEqualTo(new VaultKeyAdministration.Counts(2, 2));
        Vault reopened = Vault.open(test.store, test.key);
        for (Manifest manifest : List.of(before, after)) {
            assertThat(reopened.check(test.source, manifest.backup(), CheckLevel.READ, ProgressListener.NONE)
                            .intact())
                    .isTrue();
        }
        assertThat(test.read(before, "t")).isEqualTo(ROWS.bytes());
    }

    @Test
    void whatIsWrittenAfterARotationNeedsTheNewKey() {
        VaultKeys old = test.vault.context().keys().keys();
        test.vault.keys().rotate();
        Manifest after = test.backup(ROWS);
        String place = VaultLayout.manifest(test.source, after.backup());
        byte[] sealed = test.store.get(place).orElseThrow();

        assertFails(
                FailureCode.MANIFEST_CORRUPT,
                () -> new ObjectSealer(VaultKeyProvider.fixed(old)).open(place, sealed, Manifest.class));
    }

    @Test
    void whoHasTheVaultOpenWritesTheNextBackupWithTheNewKeys() {
        VaultKeys old = test.vault.context().keys().keys();
        Vault.open(test.store, test.key).keys().rotate();
        Manifest next = test.backup(ROWS);
        String place = VaultLayout.manifest(test.source, next.backup());
        byte[] sealed = test.store.get(place).orElseThrow();

        assertFails(
                FailureCode.MANIFEST_CORRUPT,
                () -> new ObjectSealer(VaultKeyProvider.fixed(old)).open(place, sealed, Manifest.class));
    }

    @Test
    void aLostKeysetMakesNoBackupCorrupt() throws Exception {
        for (String lost : List.of("data.2", "signing.2")) {
            TestVault rotated = new TestVault();
            Manifest before = rotated.backup(ROWS);
            rotated.vault.keys().rotate();
            Manifest after = rotated.backup(Rows.of(2, 20_000));
            String place = VaultLayout.KEYS + lost + VaultLayout.JSON;
            byte[] keyset = rotated.store.get(place).orElseThrow();
            rotated.store.delete(place);
            Vault reopened = Vault.open(rotated.store, rotated.key);

            assertFails(FailureCode.VAULT_KEY_MISSING, () -> reopened.manifest(rotated.source, after.backup()), place);
            assertFails(
                    FailureCode.VAULT_KEY_MISSING,
                    () -> reopened.checkAll(ReadShare.ALL, ProgressListener.NONE),
                    place);
            assertThat(reopened.check(rotated.source, before.backup(), CheckLevel.READ, ProgressListener.NONE)
                            .intact())
                    .isTrue();

            rotated.store.put(place, keyset);
            assertThat(Vault.open(rotated.store, rotated.key)
                            .checkAll(ReadShare.ALL, ProgressListener.NONE)
                            .problems())
                    .isEmpty();
        }
    }

    /** A new keyset in the place of the lost one would hide the loss. */
    @Test
    void aLostKeysetIsNotReplacedByARotation() {
        test.vault.keys().rotate();
        String place = VaultLayout.KEYS + "data.2.json";
        test.store.delete(place);

        assertFails(
                FailureCode.VAULT_KEY_MISSING,
                () -> Vault.open(test.store, test.key).keys().rotate(),
                place);
        assertThat(test.store.head(place)).isEmpty();
    }

    /** A forged object in a vault that lost nothing stays a forged object. */
    @Test
    void anInterruptedRotationHidesNoDamage() throws Exception {
        Manifest before = test.backup(ROWS);
        new KeysetStore(test.store, test.vault.id(), test.key).rotate(KeysetType.DATA);
        String place = VaultLayout.manifest(test.source, before.backup());
        byte[] bad = test.store.get(place).orElseThrow();
        bad[2] ^= 1; // of the id of its key

        test.store.put(place, bad);
        assertFails(
                FailureCode.MANIFEST_CORRUPT,
                () -> Vault.open(test.store, test.key).manifest(test.source, before.backup()));
    }

    @Test
    void aRotationStoresNothingAgain() {
        test.backup(ROWS);
        test.vault.keys().rotate();

        assertThat(test.backup(ROWS).totals().newChunks()).isZero();
    }

    @Test
    void whoHasTheVaultOpenLearnsOfNewKeysByItself() throws Exception {
        Vault elsewhere = Vault.open(test.store, test.key);
        elsewhere.keys().rotate();
        BackupWriter writer = elsewhere.write(test.source, TestVault.backupId(), WriteOptions.STANDARD);
        Manifest theirs;
        try (writer) {
            theirs = writer.commit(TestVault.contents(writer, TestVault.table(writer, "t", ROWS)));
        }

        assertThat(test.read(theirs, "t")).isEqualTo(ROWS.bytes());
        assertThat(test.backup(ROWS).totals().newChunks()).isZero();
    }

    @Test
    void whoFailsWithOldKeysWhileAnotherThreadFindsTheNewOnesTriesThoseToo() {
        Once meanwhile = new Once();
        Vault vault = openedWhereKeysAreListed(meanwhile::happen);
        test.vault.keys().rotate();
        Manifest theirs = test.backup(ROWS);
        meanwhile.then(() -> vault.context().keys().refresh());

        assertThat(vault.manifest(test.source, theirs.backup())).isEqualTo(theirs);
        assertThat(vault.context().keys().refresh(vault.context().keys().keys()))
                .isFalse();
    }

    @Test
    void damagedObjectsOfKnownKeysCostNoLookForNewerOnes() {
        Manifest manifest = test.backup(ROWS);
        AtomicInteger looks = new AtomicInteger();
        Vault vault = openedWhereKeysAreListed(looks::incrementAndGet);
        looks.set(0);
        List<String> chunks = test.keys(VaultLayout.chunks(test.source));
        for (String key : chunks) {
            byte[] bytes = test.store.get(key).orElseThrow();
            bytes[9] ^= 1;
            test.store.put(key, bytes);
        }
        test.store.put(VaultLayout.manifest(test.source, TestVault.backupId()), new byte[100]);

        BackupCheckReport report = vault.check(test.source, manifest.backup(), CheckLevel.READ, ProgressListener.NONE);

        assertThat(report.problems()).hasSize(chunks.size());
        assertThat(looks).hasValue(0);
        test.vault.keys().rotate();
        Manifest theirs = test.backup(Rows.of(2, 10));
        assertThat(vault.manifest(test.source, theirs.backup())).isEqualTo(theirs);
        assertThat(looks).hasPositiveValue();
    }

    @Test
    void ofTwoRotationsAtOnceNoKeyIsLost() {
        Once meanwhile = new Once();
        ObjectStore store = new FaultyStore(test.store) {
            @Override
            protected void before(String verb, String key) {
                if (verb.equals("putIfAbsent") && key.startsWith(VaultLayout.KEYS)) {
                    meanwhile.happen();
                }
            }
        };
        Vault slow = Vault.open(store, test.key);
        List<Manifest> written = new ArrayList<>();
        meanwhile.then(() -> {
            test.vault.keys().rotate();
            written.add(test.backup(ROWS));
        });

        slow.keys().rotate();

        assertThat(written).hasSize(1);
        assertThat(test.keys(VaultLayout.KEYS)).contains("keys/data.2.json", "keys/data.3.json");
        assertThat(Vault.open(test.store, test.key)
                        .manifest(test.source, written.getFirst().backup()))
                .isEqualTo(written.getFirst());
    }

    @Test
    void anOlderKeysetInThePlaceOfANewerOneDoesNotOpen() {
        test.vault.keys().rotate();
        test.store.put("keys/data.2.json", test.store.get("keys/data.json").orElseThrow());

        assertFails(FailureCode.VAULT_KEY_WRONG, () -> Vault.open(test.store, test.key), "keys/data.2.json");
    }

    @Test
    void theKeyOfChunkNamesIsNeverRotated() {
        test.vault.keys().rotate();

        assertThat(test.keys(VaultLayout.KEYS))
                .containsExactly(
                        "keys/chunk-id.json",
                        "keys/data.2.json",
                        "keys/data.json",
                        "keys/signing.2.json",
                        "keys/signing.json");
    }

    @Test
    void twoWithDifferentKeysOnAnEmptyVaultAgreeOnOne() throws Exception {
        for (int round = 0; round < 10; round++) {
            ObjectStore empty = new MemoryObjectStore();
            CyclicBarrier start = new CyclicBarrier(2);
            List<KeyEncryptionKey> keys = List.of(TestVault.key(), TestVault.key());
            List<Future<Vault>> both = new ArrayList<>();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (KeyEncryptionKey key : keys) {
                    both.add(threads.submit(() -> {
                        start.await();
                        return Vault.init(empty, key);
                    }));
                }
            }

            boolean firstWon = both.getFirst().state() == Future.State.SUCCESS;
            assertThat(both).filteredOn(f -> f.state() == Future.State.SUCCESS).hasSize(1);
            assertThat(Vault.open(empty, keys.get(firstWon ? 0 : 1)).id())
                    .isEqualTo(both.get(firstWon ? 0 : 1).resultNow().id());
            assertFails(FailureCode.VAULT_KEY_WRONG, () -> Vault.open(empty, keys.get(firstWon ? 1 : 0)));
        }
    }

    @Test
    void escrowIsConfirmedByACopyThatOpensTheVault(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("vault.key");
        Path copy = folder.resolve("copy.key");
        ObjectStore store = new MemoryObjectStore();
        Vault vault = Vault.init(store, KeyFile.create(file, store));
        assertThat(vault.keys().escrow()).isEmpty();

        KeyFile.copy(file, copy);
        KeyEscrow escrow = vault.keys().confirm(KeyFile.read(copy), "the safe in room 12");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
                .isEqualTo("rw-------");
        assertThat(escrow.keyId()).hasSize(32).isEqualTo(vault.keys().keyId());
        assertThat(Vault.open(store, KeyFile.read(file)).keys().escrow()).hasValue(escrow);
        assertFails(FailureCode.CONFIG_INVALID, () -> KeyFile.copy(file, copy), "not overwritten");
        vault.keys().rotate();
        assertThat(vault.keys().escrow()).hasValue(escrow);
    }

    @Test
    void aDamagedConfirmationIsNoneAndACheckNamesIt() {
        KeyEscrow unused = test.vault.keys().confirm(test.key, "the safe in room 12");
        String note = VaultLayout.escrow(test.key.id());
        test.store.put(note, new byte[60]);

        assertThat(test.vault.keys().escrow()).isEmpty();
        assertThat(test.vault.checkAll(ReadShare.NONE, ProgressListener.NONE).problems())
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.kind()).isEqualTo(VaultReport.Kind.UNREADABLE);
                    assertThat(problem.key()).isEqualTo(note);
                });
        KeyEscrow again = test.vault.keys().confirm(test.key, "the safe in room 12");
        assertThat(test.vault.keys().escrow()).hasValue(again);
    }

    @Test
    void anotherVaultsKeyConfirmsNothing(@TempDir Path folder) {
        KeyEncryptionKey other = KeyFile.create(folder.resolve("other.key"), new MemoryObjectStore());

        assertFails(FailureCode.VAULT_KEY_WRONG, () -> test.vault.keys().confirm(other, "nowhere"));
        KeyEncryptionKey namesake = TestVault.key();
        assertThat(namesake.id()).isEqualTo(test.key.id());
        assertFails(FailureCode.VAULT_KEY_WRONG, () -> test.vault.keys().confirm(namesake, "nowhere"));
        assertThat(test.vault.keys().escrow()).isEmpty();
    }

    private Vault openedWhereKeysAreListed(Runnable first) {
        return Vault.open(
                new FaultyStore(test.store) {
                    @Override
                    protected void before(String verb, String key) {
                        if (verb.equals("page") && key.startsWith(VaultLayout.KEYS)) {
                            first.run();
                        }
                    }
                },
                test.key);
    }
}
