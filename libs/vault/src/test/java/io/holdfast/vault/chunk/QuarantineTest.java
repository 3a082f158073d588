package io.holdfast.vault.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.Rows;
import io.holdfast.vault.TestClock;
import io.holdfast.vault.TestVault;
import io.holdfast.vault.check.BackupCheckReport;
import io.holdfast.vault.check.CheckLevel;
import io.holdfast.vault.check.ProgressListener;
import io.holdfast.vault.format.ChunkFault;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.QuarantinedChunk;
import io.holdfast.vault.format.StoredChunk;
import io.holdfast.vault.format.VaultLayout;
import io.holdfast.vault.store.FaultyStore;
import io.holdfast.vault.store.MemoryObjectStore;
import io.holdfast.vault.store.ObjectListPage;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Rot is not inherited. */
final class QuarantineTest {
    private static final Rows ROWS = Rows.of(1, 60_000);

    private final TestClock clock = new TestClock();
    private final TestVault test = new TestVault(clock);
    private final Manifest first = test.backup(ROWS);
    private final StoredChunk rotten = first.chunks().get(2);
    private final String place = VaultLayout.chunk(test.source, rotten);
    private final byte[] good = test.store.get(place).orElseThrow();

    @Test
    void aFlippedByteIsFoundAndTheNextBackupIsComplete() throws Exception {
        flip();

        BackupCheckReport report = check(first, CheckLevel.READ);
        Manifest next = test.backup(ROWS);

        assertThat(report.problems()).singleElement().satisfies(p -> {
            assertThat(p.fault()).isEqualTo(ChunkFault.CORRUPT);
            assertThat(p.affected()).containsExactly("public.t");
        });
        assertThat(next.totals().newChunks()).isEqualTo(1);
        assertThat(next.chunks()).doesNotContain(rotten);
        assertThat(check(next, CheckLevel.READ).intact()).isTrue();
        assertThat(test.read(next, "t")).isEqualTo(ROWS.bytes());
    }

    @Test
    void withoutACheckTheRotIsInherited() {
        flip();

        assertThat(test.backup(ROWS).chunks()).contains(rotten);
    }

    @Test
    void aReaderThatMeetsRotQuarantinesItToo() {
        flip();
        TestVault.assertFails(FailureCode.CHUNK_CORRUPT, () -> test.read(first, "t"));

        assertThat(test.vault.quarantined(test.source))
                .containsExactly(
                        new QuarantinedChunk(test.source, rotten, ChunkFault.CORRUPT, first.backup(), clock.instant()));
        assertThat(test.backup(ROWS).chunks()).doesNotContain(rotten);
    }

    @Test
    void everyBackupThatListsItIsDamagedEvenToAListing() {
        Manifest sharing = test.backup(ROWS.without(59_999));
        Manifest apart = test.backup(Rows.of(2, 1000));
        flip();
        check(first, CheckLevel.READ);

        assertThat(check(sharing, CheckLevel.LISTED).problems())
                .extracting(BackupCheckReport.Problem::chunk)
                .containsExactly(rotten);
        assertThat(check(apart, CheckLevel.LISTED).intact()).isTrue();
    }

    @Test
    void aChunkThatWasBroughtBackIsTrustedAgain() {
        flip();
        check(first, CheckLevel.READ);
        test.store.put(place, good);

        assertThat(check(first, CheckLevel.LISTED).intact()).isTrue();

        assertThat(test.vault.quarantined(test.source)).isEmpty();
        assertThat(test.backup(ROWS).chunks()).contains(rotten);
    }

    @Test
    void aFaultOnTheWayIsNoRot() {
        AtomicInteger faults = new AtomicInteger(1);
        TestVault noisy = new TestVault(new FaultyStore(new MemoryObjectStore()) {
            @Override
            protected byte[] got(String key, byte[] bytes) {
                if (key.contains("/chunks/") && faults.getAndDecrement() > 0) {
                    bytes[9] ^= 1;
                }
                return bytes;
            }
        });
        Manifest manifest = noisy.backup(Rows.of(1, 10));

        assertThat(noisy.vault
                        .check(noisy.source, manifest.backup(), CheckLevel.READ, ProgressListener.NONE)
                        .intact())
                .isTrue();
        assertThat(faults).hasNegativeValue();
        assertThat(noisy.vault.quarantined(noisy.source)).isEmpty();
    }

    @Test
    void whoMayNotWriteStillLearnsOfTheDamage() {
        AtomicBoolean readOnly = new AtomicBoolean();
        TestVault guarded = new TestVault(new FaultyStore(new MemoryObjectStore()) {
            @Override
            protected void before(String verb, String key) {
                if (readOnly.get() && verb.startsWith("put")) {
                    throw HoldfastException.of(FailureCode.VAULT_ACCESS_DENIED, "read only");
                }
            }
        });
        Manifest manifest = guarded.backup(Rows.of(1, 10));
        String key = VaultLayout.chunk(guarded.source, manifest.chunks().getFirst());
        byte[] bad = guarded.store.get(key).orElseThrow();
        bad[20] ^= 1;
        guarded.store.put(key, bad);
        readOnly.set(true);

        assertThat(guarded.vault
                        .check(guarded.source, manifest.backup(), CheckLevel.READ, ProgressListener.NONE)
                        .problems())
                .hasSize(1);
    }

    @Test
    void theNoteGoesWithItsChunk() {
        flip();
        check(first, CheckLevel.READ);
        test.vault.delete(test.source, first.backup(), "ops", "damaged");
        clock.passGrace();

        test.vault.sweep(test.source, false);
        assertThat(test.store.head(place)).isEmpty();
        assertThat(test.vault.quarantined(test.source)).isEmpty();
    }

    @Test
    void aForgedNoteOnlyCostsTheReuse() throws Exception {
        test.store.put(VaultLayout.quarantined(test.source, rotten), new byte[] {1});

        Manifest next = test.backup(ROWS);

        assertThat(next.totals().newChunks()).isEqualTo(1);
        assertThat(test.read(next, "t")).isEqualTo(ROWS.bytes());
        assertThat(List.of(check(first, CheckLevel.READ), check(next, CheckLevel.READ)))
                .allMatch(BackupCheckReport::intact);
    }

    private BackupCheckReport check(Manifest manifest, CheckLevel level) {
        return test.vault.check(test.source, manifest.backup(), level, ProgressListener.NONE);
    }

    private void flip() {
        byte[] bad = good.clone();
        bad[bad.length / 2] ^= 1;
        test.store.put(place, bad);
    }

    @Test
    void whatOnlyTheListingLacksIsWrittenAnewAndNotQuarantined() {
        Set<String> unlisted = new HashSet<>();
        TestVault lagging = new TestVault(new FaultyStore(new MemoryObjectStore()) {
            @Override
            public ObjectListPage page(String prefix, String after) {
                ObjectListPage page = super.page(prefix, after);
                return new ObjectListPage(
                        page.objects().stream()
                                .filter(object -> !unlisted.contains(object.key()))
                                .toList(),
                        page.more());
            }
        });
        Rows rows = Rows.of(1, 150_000); // so many chunks that they are not asked for one by one
        Manifest older = lagging.backup(rows);
        StoredChunk chunk = older.chunks().getLast();
        unlisted.add(VaultLayout.chunk(lagging.source, chunk));

        Manifest newer = lagging.backup(rows);

        assertThat(newer.chunks()).hasSameSizeAs(older.chunks()).doesNotContain(chunk);
        assertThat(lagging.keys(VaultLayout.quarantine(lagging.source))).isEmpty();
    }
}
