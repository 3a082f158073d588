package io.holdfast.vault.crypto;

import static io.holdfast.vault.TestVault.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.VerificationId;
import io.holdfast.vault.Rows;
import io.holdfast.vault.TestVault;
import io.holdfast.vault.Vault;
import io.holdfast.vault.check.ProgressListener;
import io.holdfast.vault.check.ReadShare;
import io.holdfast.vault.check.VaultReport.Problem;
import io.holdfast.vault.format.ChunkId;
import io.holdfast.vault.format.Extent;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.StoredChunk;
import io.holdfast.vault.format.VaultLayout;
import io.holdfast.vault.store.FaultyStore;
import io.holdfast.vault.store.MemoryObjectStore;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whatever somebody puts in the place of a sealed object, the memory of who looks is not filled with it. */
final class SealedObjectReaderTest {
    private static final int MIB = 1 << 20;
    private static final String KEY = "sources/some.json";

    /** The places of objects that are longer than any memory. */
    private final Set<String> giants = new HashSet<>();

    private final AtomicInteger atOnce = new AtomicInteger();
    private final TestVault test = new TestVault(new FaultyStore(new MemoryObjectStore()) {
        @Override
        public Optional<byte[]> get(String key) {
            return giants.contains(key) ? Optional.of(new byte[Integer.MAX_VALUE - 8]) : super.get(key);
        }

        @Override
        public Optional<byte[]> get(String key, long offset, int length) {
            if (!giants.contains(key)) {
                return super.get(key, offset, length);
            }
            if (length <= 2 * MIB) {
                return Optional.of(new byte[length]);
            }
            try {
                assertThat(atOnce.incrementAndGet()).isEqualTo(1);
                return Optional.of(new byte[length]);
            } finally {
                atOnce.decrementAndGet();
            }
        }
    });

    @Test
    void objectsOfAnySizeAreNamedByACheckAndHinderNoBackup() {
        Manifest manifest = test.backup(Rows.of(1, 100));
        BackupId other = TestVault.backupId();
        VerificationId proof = VerificationId.next(InstantSource.system());
        Stream.of(
                        VaultLayout.manifest(test.source, other),
                        VaultLayout.manifest(test.source, TestVault.backupId()),
                        VaultLayout.tombstone(test.source, TestVault.backupId()),
                        VaultLayout.hold(test.source, other),
                        VaultLayout.proof(test.source, other, proof),
                        VaultLayout.journalPage(test.source, TestVault.backupId(), UUID.randomUUID(), 0),
                        VaultLayout.quarantine(test.source) + "x.json",
                        VaultLayout.source(test.source),
                        VaultLayout.escrow(test.key.id()))
                .forEach(this::makeGiant);

        assertThat(test.vault.checkAll(ReadShare.NONE, ProgressListener.NONE).problems())
                .extracting(Problem::key)
                .containsExactlyInAnyOrderElementsOf(giants);
        assertThat(test.vault.sweep(test.source, true).blocked()).isTrue();
        assertThat(test.vault.catalog(test.source)).hasSize(4);
        assertThat(test.vault.keys().escrow()).isEmpty();
        giants.remove(VaultLayout.source(test.source));
        assertThat(test.backup(Rows.of(1, 100)).totals().newChunks()).isZero();
        assertThat(test.vault.manifest(test.source, manifest.backup())).isEqualTo(manifest);
        assertFails(
                FailureCode.VAULT_UNKNOWN_FORMAT,
                () -> test.vault.manifest(test.source, other),
                VaultLayout.manifest(test.source, other));
    }

    @Test
    void aHeaderAndKeysetsOfAnySizeAreNamed() {
        for (String name : List.of("data", "signing", "chunk-id")) {
            giants.add("keys/" + name + ".json");
            assertFails(
                    FailureCode.VAULT_KEY_MISSING, () -> Vault.open(test.store, test.key), "keys/" + name + ".json");
            giants.clear();
        }
        giants.add(VaultLayout.VAULT);
        assertFails(FailureCode.VAULT_UNKNOWN_FORMAT, () -> Vault.open(test.store, test.key), "vault.json");
    }

    @Test
    void whatNoVaultSealedIsCorruptAndWhatIsTooMuchForThisProcessIsNot() {
        test.store.put(KEY, new byte[5 * MIB]);

        assertFails(FailureCode.MANIFEST_CORRUPT, () -> read(4 * MIB, 1024L * MIB), KEY);
        assertFails(FailureCode.VAULT_UNKNOWN_FORMAT, () -> read(64 * MIB, 32L * MIB), KEY, "32 MiB");
    }

    @Test
    void whatUnpacksToMoreThanItMayIsNotUnpacked() {
        String bomb = "x".repeat(18 * MIB);
        test.store.put(KEY, test.vault.context().sealer().seal(KEY, bomb));
        assertThat(test.store.get(KEY).orElseThrow()).hasSizeLessThan(MIB);

        assertFails(FailureCode.MANIFEST_CORRUPT, () -> read(17 * MIB, 1024L * MIB), KEY);
        assertFails(FailureCode.VAULT_UNKNOWN_FORMAT, () -> read(64 * MIB, 64L * MIB), KEY, "64 MiB");
        assertThat(read(64 * MIB, 1024L * MIB)).contains(bomb);
    }

    @Test
    void whatWouldNotBeOpenedAgainIsNotSealed() {
        ObjectSealer small = seal(MIB, 1024L * MIB);

        assertFails(FailureCode.CONFIG_INVALID, () -> small.seal(KEY, "x".repeat(MIB)), KEY);
        assertThat(small.open(KEY, small.seal(KEY, "x".repeat(MIB - 2)), String.class))
                .hasSize(MIB - 2);
    }

    /** The figures that the limits are made of. */
    @Test
    void aManifestOfManyChunksIsReadAndTakesSoMuchForEach() {
        int count = 200_000;
        SplittableRandom random = new SplittableRandom(1);
        List<StoredChunk> chunks = Stream.generate(() -> new StoredChunk(
                        new ChunkId(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong()),
                        random.nextInt(4 * MIB, 64 * MIB),
                        random.nextInt(4 * MIB, 16 * MIB),
                        random.nextInt(1, Integer.MAX_VALUE)))
                .limit(count)
                .toList();
        List<Extent> extents = chunks.stream()
                .map(chunk -> new Extent(chunk.id(), 0, chunk.bytes()))
                .toList();
        record Both(List<Extent> extents, List<StoredChunk> chunks) {}
        Both both = new Both(extents, chunks);
        byte[] sealed = test.vault.context().sealer().seal(KEY, both);
        test.store.put(KEY, sealed);

        assertThat(sealed.length / count).isBetween(80, 100);
        assertThat(test.vault.context().sealed().read(KEY, Both.class)).contains(both);
        SealedObjectLimits limits = SealedObjectLimits.STANDARD;
        long tenTerabytes = 10_000_000_000_000L / (4 * MIB);
        assertThat(tenTerabytes * 190).isLessThan(limits.json() / 2);
        assertThat(tenTerabytes * 100).isLessThan(limits.object() / 2);
        assertThat(limits.object()).isLessThan(Integer.MAX_VALUE);
        assertFails(FailureCode.MANIFEST_CORRUPT, () -> read(count * 170, 4096L * MIB));
        assertThat(seal(count * 190, 4096L * MIB).open(KEY, sealed, Both.class)).isEqualTo(both);
    }

    private void makeGiant(String key) {
        giants.add(key);
        test.store.put(key, new byte[] {1});
    }

    private Optional<String> read(int json, long heap) {
        return new SealedObjectReader(test.store, seal(json, heap)).read(KEY, String.class);
    }

    private ObjectSealer seal(int json, long heap) {
        return new ObjectSealer(test.vault.context().keys(), new SealedObjectLimits(json, heap));
    }
}
