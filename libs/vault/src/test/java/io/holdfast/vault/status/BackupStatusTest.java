package io.holdfast.vault.status;

import static io.holdfast.vault.TestVault.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.VerificationId;
import io.holdfast.vault.Rows;
import io.holdfast.vault.TestClock;
import io.holdfast.vault.TestVault;
import io.holdfast.vault.check.BackupCheckReport;
import io.holdfast.vault.check.CheckLevel;
import io.holdfast.vault.check.ProgressListener;
import io.holdfast.vault.check.ReadShare;
import io.holdfast.vault.check.VaultReport;
import io.holdfast.vault.format.ChunkObjectName;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.Proof;
import io.holdfast.vault.format.StoredChunk;
import io.holdfast.vault.format.VaultLayout;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a backup is good for, and what becomes of it when a chunk rots. */
final class BackupStatusTest {
    private static final Rows ROWS = Rows.of(1, 5_000);

    private final TestClock clock = new TestClock();
    private final TestVault test = new TestVault(clock);
    private final Manifest older = test.backup(ROWS);
    private final StoredChunk chunk = older.chunks().getLast();
    private final String place = VaultLayout.chunk(test.source, chunk);
    private final byte[] good = test.store.get(place).orElseThrow();
    private long second;

    @Test
    void theLastVerificationThatCameToAVerdictDecides() {
        assertThat(standing(older)).isEqualTo(BackupStatus.STORED);
        prove(older, Proof.Outcome.INTACT);
        assertThat(standing(older)).isEqualTo(BackupStatus.INTACT);
        prove(older, Proof.Outcome.PROVEN);
        prove(older, Proof.Outcome.INTACT);
        prove(older, Proof.Outcome.INCONCLUSIVE);
        assertThat(standing(older)).isEqualTo(BackupStatus.PROVEN);
        prove(older, Proof.Outcome.FAILED);
        prove(older, Proof.Outcome.INTACT);
        assertThat(standing(older)).isEqualTo(BackupStatus.FAILED);
    }

    @Test
    void noVerificationDisprovesAContradictionByAnotherBackup() {
        Manifest other = test.backup(ROWS);
        FailureReason reason = FailureReason.of(FailureCode.ROWS_DIFFER, "other rows", "public.t");
        test.vault.putProof(Proof.contradiction(test.source, older.backup(), other.backup(), reason, Instant.EPOCH));
        prove(older, Proof.Outcome.PROVEN);

        assertThat(standing(older)).isEqualTo(BackupStatus.FAILED);
        assertThat(test.vault.standings(test.source).newestProven()).isEmpty();
        assertThat(test.vault.catalog(test.source))
                .filteredOn(entry -> entry.backup().equals(older.backup()))
                .extracting(CatalogEntry::standing)
                .containsExactly(BackupStatus.FAILED);
    }

    @Test
    void aDeletedBackupIsSoundUnlessItFailedOrItsProofsAreGone() {
        Manifest failed = test.backup(Rows.of(2, 10));
        prove(failed, Proof.Outcome.FAILED);
        List.of(older, failed).forEach(each -> test.vault.delete(test.source, each.backup(), "ops", "old"));
        BackupStatusReader standings = test.vault.standings(test.source);
        assertThat(standings.isSound(older.backup())).isTrue();
        assertThat(standings.isSound(failed.backup())).isFalse();

        test.store.delete(VaultLayout.manifest(test.source, older.backup()));

        assertThat(test.vault.standings(test.source).isSound(older.backup())).isFalse();
    }

    @Test
    void theNewestProvenIsNeitherDeletedNorDamagedNorUnreadable() {
        Manifest apart = test.backup(Rows.of(2, 1000));
        Manifest unreadable = test.backup(Rows.of(3, 1000));
        Manifest deleted = test.backup(ROWS);
        Manifest rotten = test.backup(Rows.of(1, 5_000));
        List.of(older, apart, unreadable, deleted, rotten).forEach(each -> prove(each, Proof.Outcome.PROVEN));
        test.vault.delete(test.source, deleted.backup(), "ops", "old");
        test.store.put(VaultLayout.manifest(test.source, unreadable.backup()), new byte[60]);
        rot();
        check(rotten);

        assertThat(test.vault.standings(test.source).newestProven()).hasValue(apart.backup());
        assertThat(List.of(rotten, deleted, unreadable, apart, older))
                .extracting(this::standing)
                .containsExactly(
                        BackupStatus.DAMAGED,
                        BackupStatus.DELETED,
                        BackupStatus.UNREADABLE,
                        BackupStatus.PROVEN,
                        BackupStatus.DAMAGED);
    }

    @Test
    void whatARestoreMayGoBackToIsNotTheNewestProven() {
        prove(older, Proof.Outcome.PROVEN);
        prove(test.safety(Rows.of(4, 100)), Proof.Outcome.PROVEN);

        assertThat(test.vault.standings(test.source).newestProven()).hasValue(older.backup());
    }

    @Test
    void aChunkThatVanishedDamagesEveryBackupThatListsIt() {
        Manifest newer = test.backup(ROWS);
        prove(older, Proof.Outcome.PROVEN);
        test.store.delete(place);
        test.vault.checkAll(ReadShare.NONE, ProgressListener.NONE);

        assertThat(List.of(older, newer)).extracting(this::standing).containsOnly(BackupStatus.DAMAGED);
    }

    @Test
    void whatTheNextBackupWroteAnewMakesOlderOnesReadableAndAVerificationMakesThemProven() throws Exception {
        prove(older, Proof.Outcome.PROVEN);
        rot();
        assertThat(check(older).intact()).isFalse();
        Manifest newer = test.backup(ROWS);

        BackupCheckReport report = check(older);

        assertThat(newer.chunks()).doesNotContain(chunk);
        assertThat(report.intact()).isTrue();
        assertThat(report.replaced()).containsExactly(ChunkObjectName.of(chunk).name());
        assertThat(test.vault.checkAll(ReadShare.ALL, ProgressListener.NONE))
                .matches(VaultReport::intact)
                .extracting(VaultReport::replaced)
                .isEqualTo(1);
        assertThat(test.read(older, "t")).isEqualTo(ROWS.bytes());
        assertThat(standing(older)).isEqualTo(BackupStatus.DAMAGED);
        prove(older, Proof.Outcome.PROVEN, report.replaced());
        assertThat(standing(older)).isEqualTo(BackupStatus.PROVEN);
        assertThat(standing(newer)).isEqualTo(BackupStatus.STORED);
    }

    @Test
    void whenTheOtherWritingRotsTooTheProofIsWorthNothing() {
        rot();
        check(older);
        Manifest newer = test.backup(ROWS);
        prove(older, Proof.Outcome.PROVEN, check(older).replaced());
        StoredChunk again = newer.chunks().stream()
                .filter(other -> other.id().equals(chunk.id()))
                .findFirst()
                .orElseThrow();
        test.store.put(VaultLayout.chunk(test.source, again), new byte[again.stored()]);
        check(newer);

        assertThat(standing(older)).isEqualTo(BackupStatus.DAMAGED);
        assertFails(FailureCode.CHUNK_CORRUPT, () -> test.read(older, "t"));
    }

    @Test
    void aSweepSparesTheWritingThatReplacesABadOne() throws Exception {
        rot();
        check(older);
        Manifest newer = test.backup(ROWS);
        test.vault.delete(test.source, newer.backup(), "ops", "old");
        clock.passGrace();

        assertThat(test.vault.sweep(test.source, false).chunks()).isZero();
        assertThat(test.read(older, "t")).isEqualTo(ROWS.bytes());
        test.store.put(place, good);
        check(older);
        assertThat(test.vault.sweep(test.source, false).chunks()).isEqualTo(1);
        assertThat(test.read(older, "t")).isEqualTo(ROWS.bytes());
    }

    @Test
    void aSweepSparesWhatReplacesAMissingOneThatNobodyNoticed() throws Exception {
        test.store.delete(place);
        Manifest newer = test.backup(ROWS);
        test.vault.delete(test.source, newer.backup(), "ops", "old");
        clock.passGrace();

        assertThat(test.vault.sweep(test.source, false).chunks()).isZero();
        assertThat(test.read(older, "t")).isEqualTo(ROWS.bytes());
    }

    @Test
    void aSweepSparesWhatReplacesATruncatedOneThatNobodyChecked() throws Exception {
        test.store.put(place, Arrays.copyOf(good, good.length - 1));
        Manifest newer = test.backup(ROWS);
        test.vault.delete(test.source, newer.backup(), "ops", "old");
        clock.passGrace();

        assertThat(test.vault.sweep(test.source, false).chunks()).isZero();
        assertThat(test.read(older, "t")).isEqualTo(ROWS.bytes());
    }

    @Test
    void whatTheNextBackupMissesDamagesEveryBackupThatListsIt() {
        prove(older, Proof.Outcome.PROVEN);
        test.store.delete(place);
        Manifest newer = test.backup(Rows.of(2, 1000));

        assertThat(List.of(older, newer))
                .extracting(this::standing)
                .containsExactly(BackupStatus.DAMAGED, BackupStatus.STORED);
        assertThat(test.vault.standings(test.source).newestProven()).isEmpty();
    }

    @Test
    void aBackupThatIsNotThereStandsNowhere() {
        assertFails(FailureCode.MANIFEST_MISSING, () -> test.vault.standing(test.source, TestVault.backupId()));
    }

    private void rot() {
        byte[] bad = good.clone();
        bad[bad.length / 2] ^= 1;
        test.store.put(place, bad);
    }

    private BackupStatus standing(Manifest manifest) {
        return test.vault.standing(test.source, manifest.backup());
    }

    private BackupCheckReport check(Manifest manifest) {
        return test.vault.check(test.source, manifest.backup(), CheckLevel.READ, ProgressListener.NONE);
    }

    private void prove(Manifest manifest, Proof.Outcome outcome) {
        prove(manifest, outcome, List.of());
    }

    private void prove(Manifest manifest, Proof.Outcome outcome, List<String> replaced) {
        Instant at = Instant.ofEpochSecond(++second);
        test.vault.putProof(new Proof(
                VerificationId.next(() -> at), manifest.backup(), test.source, outcome, at, at, "", null, replaced));
    }
}
