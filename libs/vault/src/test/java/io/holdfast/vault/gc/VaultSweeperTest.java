package io.holdfast.vault.gc;

import static io.holdfast.vault.TestVault.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.Rows;
import io.holdfast.vault.TestClock;
import io.holdfast.vault.TestVault;
import io.holdfast.vault.check.CheckLevel;
import io.holdfast.vault.check.ProgressListener;
import io.holdfast.vault.core.DualClockInstant;
import io.holdfast.vault.core.GracePeriod;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.Tombstone;
import io.holdfast.vault.format.VaultLayout;
import io.holdfast.vault.store.FaultyStore;
import io.holdfast.vault.store.MemoryObjectStore;
import io.holdfast.vault.write.BackupWriter;
import io.holdfast.vault.write.WriteOptions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What goes, when, and what never does. */
final class VaultSweeperTest {
    private static final Rows ROWS = Rows.of(1, 20_000);
    private static final Rows OTHERS = Rows.of(2, 20_000);

    private final TestClock clock = new TestClock();
    private final TestVault test = new TestVault(clock);

    @Test
    void aDeletedBackupIsGoneForReadersAtOnceAndItsChunksAfterTheGrace() {
        Manifest doomed = test.backup(ROWS);
        Manifest kept = test.backup(OTHERS);
        delete(doomed);

        assertThat(test.vault.backups(test.source)).containsExactly(kept.backup());
        clock.pass(TestClock.GRACE.minusSeconds(1));
        assertThat(sweep().chunks()).isZero();
        assertThat(chunks())
                .contains(VaultLayout.chunk(test.source, doomed.chunks().getFirst()));

        clock.pass(Duration.ofSeconds(1));
        SweepReport report = sweep();

        assertThat(report.backups()).containsExactly(doomed.backup());
        assertThat(report.chunks()).isEqualTo(doomed.chunks().size() - 1); // the schema dump is shared
        assertThat(chunks()).containsExactlyInAnyOrderElementsOf(keys(kept));
        assertThat(test.keys(VaultLayout.backups(test.source))).hasSize(1);
    }

    @Test
    void whatALiveBackupSharesStays() throws Exception {
        Manifest doomed = test.backup(ROWS);
        Manifest kept = test.backup(ROWS.without(7));
        delete(doomed);
        clock.passGrace();

        assertThat(sweep().chunks()).isPositive();

        assertThat(test.read(kept, "t")).isEqualTo(ROWS.without(7).bytes());
    }

    @Test
    void theTombstoneGoesLastAndLater() {
        Manifest doomed = test.backup(ROWS);
        delete(doomed);
        clock.passGrace();
        sweep();
        sweep();
        assertThat(test.vault.tombstone(test.source, doomed.backup())).isPresent();

        clock.passGrace();
        sweep();

        assertThat(test.vault.tombstone(test.source, doomed.backup())).isEmpty();
        assertThat(test.keys(VaultLayout.SOURCES + test.source)).containsExactly(VaultLayout.source(test.source));
    }

    @Test
    void ofTwoSourcesWithTheSameRowsOneIsSwept() throws Exception {
        SourceId twin = SourceId.next(InstantSource.system());
        Manifest doomed = test.backup(ROWS);
        Manifest kept;
        try (BackupWriter writer = test.vault.write(twin, TestVault.backupId(), WriteOptions.STANDARD)) {
            kept = writer.commit(TestVault.contents(writer, TestVault.table(writer, "t", ROWS)));
        }
        delete(doomed);
        clock.passGrace();

        sweep();
        test.vault.sweep(twin, false);

        assertThat(chunks()).isEmpty();
        assertThat(test.vault
                        .check(twin, kept.backup(), CheckLevel.READ, ProgressListener.NONE)
                        .intact())
                .isTrue();
    }

    @Test
    void eitherClockBeingFastDeletesNothing() {
        Manifest doomed = test.backup(ROWS);
        delete(doomed);
        GracePeriod fastMachine =
                new GracePeriod(TestClock.GRACE, () -> clock.instant().plus(Duration.ofDays(9)), clock::nanos);

        assertThat(test.vault.with(fastMachine).sweep(test.source, false).chunks())
                .isZero();

        GracePeriod slowMachine = new GracePeriod(TestClock.GRACE, InstantSource.fixed(clock.instant()), clock::nanos);
        clock.pass(Duration.ofDays(9)); // the store's
        assertThat(test.vault.with(slowMachine).sweep(test.source, false).chunks())
                .isZero();
        assertThat(sweep().chunks()).isPositive();
    }

    @Test
    void aForgedTombstoneDeletesNothing() {
        Manifest kept = test.backup(ROWS);
        test.store.put(VaultLayout.tombstone(test.source, kept.backup()), new byte[] {1, 2, 3});
        clock.pass(Duration.ofDays(99));

        assertThat(sweep().chunks()).isZero();

        test.store.delete(VaultLayout.tombstone(test.source, kept.backup()));
        assertThat(intact(kept)).isTrue();
    }

    @Test
    void aTombstoneCopiedFromAnotherBackupDeletesNothing() {
        Manifest doomed = test.backup(OTHERS);
        Manifest kept = test.backup(ROWS);
        delete(doomed);
        test.store.put(
                VaultLayout.tombstone(test.source, kept.backup()),
                test.store
                        .get(VaultLayout.tombstone(test.source, doomed.backup()))
                        .orElseThrow());
        clock.passGrace();
        sweep();

        test.store.delete(VaultLayout.tombstone(test.source, kept.backup()));
        assertThat(intact(kept)).isTrue();
    }

    @Test
    void aManifestThatCannotBeReadStopsTheSweepOfItsSource() {
        Manifest doomed = test.backup(OTHERS);
        Manifest damaged = test.backup(ROWS);
        String place = VaultLayout.manifest(test.source, damaged.backup());
        byte[] good = test.store.get(place).orElseThrow();
        test.store.put(place, new byte[50]);
        delete(doomed);
        clock.passGrace();

        SweepReport report = sweep();

        assertThat(report.blocked()).isTrue();
        assertThat(report.obstacles()).singleElement().asString().contains(place);
        test.store.put(place, good);
        assertThat(intact(damaged)).isTrue();
    }

    @Test
    void aManifestThatIsListedAndCannotBeFetchedStopsTheSweepOfItsSource() {
        Set<String> hidden = new HashSet<>();
        TestVault hiding = new TestVault(
                new FaultyStore(new MemoryObjectStore(clock)) {
                    @Override
                    public Optional<byte[]> get(String key, long offset, int length) {
                        return hidden.contains(key) ? Optional.empty() : super.get(key, offset, length);
                    }
                },
                clock.grace());
        Manifest kept = hiding.backup(ROWS);
        clock.passGrace();
        hidden.add(VaultLayout.manifest(hiding.source, kept.backup()));

        SweepReport report = hiding.vault.sweep(hiding.source, false);

        assertThat(report.obstacles())
                .singleElement()
                .asString()
                .contains(kept.backup().toString());
        assertThat(hiding.keys(VaultLayout.chunks(hiding.source)))
                .hasSize(kept.chunks().size());
    }

    @Test
    void whatAnUnfinishedBackupUploadedIsReusedAndGoesTwoGracesLater() {
        BackupId dead = TestVault.backupId();
        try (BackupWriter writer = test.vault.write(test.source, dead, clock.options())) {
            TestVault.table(writer, "t", ROWS);
        }
        clock.pass(TestClock.GRACE.dividedBy(2));
        assertThat(sweep().buried()).isEmpty();

        clock.passGrace();
        assertThat(sweep().buried()).containsExactly(dead);
        assertThat(chunks()).isNotEmpty();
        assertFails(FailureCode.BACKUP_NOT_USABLE, () -> test.write(dead));

        clock.passGrace();
        sweep();
        assertThat(chunks()).isEmpty();
        assertThat(test.keys(VaultLayout.journals(test.source))).isEmpty();
    }

    @Test
    void whatARetriedBackupLeftOutStaysForWhoMayHaveReusedIt() {
        BackupId retried = TestVault.backupId();
        try (BackupWriter first = test.vault.write(test.source, retried, clock.options())) {
            TestVault.table(first, "t", ROWS);
        }
        clock.pass(Duration.ofDays(3)); // longer than the grace, and no sweep ran
        try (BackupWriter reuser = test.vault.write(test.source, TestVault.backupId(), clock.options())) {
            BackupContents.Table reused = TestVault.table(reuser, "t", ROWS);
            assertThat(reuser.stats().newChunks()).isZero();
            test.backup(retried, OTHERS, clock.options());

            sweep();
            Manifest kept = reuser.commit(TestVault.contents(reuser, reused));

            assertThat(intact(kept)).isTrue();
        }
    }

    @Test
    void whatARetriedBackupLeftOutIsNotReusedAfterItsCommit() {
        BackupId retried = TestVault.backupId();
        try (BackupWriter first = test.vault.write(test.source, retried, clock.options())) {
            TestVault.table(first, "t", ROWS);
        }
        test.backup(retried, OTHERS, clock.options());
        assertThat(test.keys(VaultLayout.journals(test.source))).isNotEmpty();

        assertThat(test.backup(ROWS).totals().newChunks()).isPositive();
    }

    @Test
    void chunksThatNobodyEverListedGoAfterTheGrace() {
        Manifest kept = test.backup(ROWS);
        try (BackupWriter writer = test.vault.write(test.source, TestVault.backupId(), clock.options())) {
            TestVault.table(writer, "t", OTHERS);
        }
        test.keys(VaultLayout.journals(test.source)).forEach(test.store::delete);
        assertThat(sweep().chunks()).isZero();

        clock.passGrace();
        assertThat(sweep().chunks()).isPositive();

        assertThat(chunks()).containsExactlyInAnyOrderElementsOf(keys(kept));
    }

    @Test
    void aDrySweepChangesNothing() {
        delete(test.backup(ROWS));
        clock.passGrace();
        List<String> before = test.keys(VaultLayout.SOURCES);

        assertThat(test.vault.sweep(test.source, true).chunks()).isPositive();

        assertThat(test.keys(VaultLayout.SOURCES)).isEqualTo(before);
    }

    @Test
    void objectsThatAreNotChunksAreLeftAlone() {
        test.backup(ROWS);
        String strange = VaultLayout.chunks(test.source) + "aa/holiday.jpg";
        test.store.put(strange, new byte[] {1});
        clock.pass(Duration.ofDays(99));

        sweep();

        assertThat(chunks()).contains(strange);
    }

    @Test
    void aWriterThatMayTakeHalfTheGraceIsRefused() {
        assertFails(
                FailureCode.CONFIG_INVALID,
                () -> test.vault.write(
                        test.source, TestVault.backupId(), WriteOptions.STANDARD.maxDuration(Duration.ofHours(24))),
                "max-duration");
    }

    @Test
    void aNonexistentBackupIsNotDeleted() {
        assertFails(
                FailureCode.MANIFEST_MISSING,
                () -> test.vault.delete(test.source, TestVault.backupId(), "retention", "old"));
        assertThat(test.keys(VaultLayout.tombstones(test.source))).isEmpty();
    }

    @Test
    void aDamagedBackupCanBeDeletedAndTheSweepGoesOn() {
        Manifest damaged = test.backup(ROWS);
        test.store.put(VaultLayout.manifest(test.source, damaged.backup()), new byte[50]);
        delete(damaged);
        clock.passGrace();

        assertThat(sweep().blocked()).isFalse();
        assertThat(chunks()).isEmpty();
    }

    @Test
    void itSaysWhoDeletedWhatAndWhen() {
        Manifest doomed = test.backup(ROWS);

        Tombstone stone = test.vault.delete(test.source, doomed.backup(), "ops", "space");
        Tombstone again = test.vault.delete(test.source, doomed.backup(), "somebody else", "other");

        assertThat(stone)
                .isEqualTo(new Tombstone(
                        test.source, doomed.backup(), Instant.parse("2026-01-15T12:00:00Z"), "ops", "space"));
        assertThat(again).isEqualTo(stone);
        assertThat(test.vault.tombstone(test.source, doomed.backup())).hasValue(stone);
    }

    @Test
    void theStoresOwnClockIsAsked() {
        MemoryObjectStore store = new MemoryObjectStore(() -> Instant.parse("2020-01-01T00:00:00Z"));
        DualClockInstant dualClockInstant = DualClockInstant.of(new TestVault(store, clock.grace()).vault.context());

        assertThat(dualClockInstant.store()).isEqualTo(Instant.parse("2020-01-01T00:00:00Z"));
        assertThat(dualClockInstant.local()).isEqualTo(clock.instant());
    }

    private void delete(Manifest manifest) {
        test.vault.delete(test.source, manifest.backup(), "retention", "older than 7d");
    }

    private SweepReport sweep() {
        return test.vault.sweep(test.source, false);
    }

    private List<String> chunks() {
        return test.keys(VaultLayout.chunks(test.source));
    }

    private List<String> keys(Manifest manifest) {
        return manifest.chunks().stream()
                .map(chunk -> VaultLayout.chunk(test.source, chunk))
                .toList();
    }

    private boolean intact(Manifest manifest) {
        return test.vault
                .check(test.source, manifest.backup(), CheckLevel.READ, ProgressListener.NONE)
                .intact();
    }
}
