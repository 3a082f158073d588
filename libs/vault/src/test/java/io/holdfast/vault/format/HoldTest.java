package io.holdfast.vault.format;

import static io.holdfast.vault.TestVault.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.FailureCode;
import io.holdfast.vault.Once;
import io.holdfast.vault.Rows;
import io.holdfast.vault.TestClock;
import io.holdfast.vault.TestVault;
import io.holdfast.vault.gc.BackupDeletion;
import io.holdfast.vault.store.FaultyStore;
import io.holdfast.vault.store.MemoryObjectStore;
import org.junit.jupiter.api.Test;

final class HoldTest {

    private final TestClock clock = new TestClock();
    private final Once beforeTombstone = new Once();
    private final Once beforeHold = new Once();
    private final TestVault test = new TestVault(
            new FaultyStore(new MemoryObjectStore(clock)) {
                @Override
                protected void before(String verb, String key) {
                    if (verb.equals("putIfAbsent") && key.contains("/tombstones/")) {
                        beforeTombstone.happen();
                    }
                    if (verb.equals("putIfAbsent") && key.contains("/holds/")) {
                        beforeHold.happen();
                    }
                }
            },
            clock.grace());
    private final Manifest manifest = test.backup(Rows.of(1, 1000));

    @Test
    void aHeldBackupIsNotDeletedUntilItIsReleased() {
        Hold hold = hold();
        assertThat(test.vault.held(test.source, manifest.backup())).hasValue(hold);

        assertFails(FailureCode.REQUEST_CONFLICT, this::delete, "release");
        assertThat(test.vault.backups(test.source)).containsExactly(manifest.backup());

        test.vault.release(test.source, manifest.backup());
        delete();
        assertThat(test.vault.held(test.source, manifest.backup())).isEmpty();
        assertThat(test.vault.backups(test.source)).isEmpty();
    }

    @Test
    void theFirstHoldCounts() {
        Hold first = hold();

        assertThat(test.vault.hold(test.source, manifest.backup(), "lawyer", "litigation"))
                .isEqualTo(first);
    }

    @Test
    void aDeletedBackupCannotBeHeld() {
        delete();

        assertFails(FailureCode.BACKUP_NOT_USABLE, this::hold);
        assertThat(test.vault.held(test.source, manifest.backup())).isEmpty();
    }

    @Test
    void aHoldThatComesWhileTheBackupIsBeingDeletedSavesIt() {
        beforeTombstone.then(this::hold);

        assertFails(FailureCode.REQUEST_CONFLICT, this::delete);

        assertThat(test.vault.backups(test.source)).containsExactly(manifest.backup());
        assertThat(test.vault.held(test.source, manifest.backup())).isPresent();
    }

    @Test
    void aDeletionThatComesWhileTheBackupIsBeingHeldIsSeen() {
        beforeHold.then(this::delete);

        assertFails(FailureCode.BACKUP_NOT_USABLE, this::hold);

        assertThat(test.vault.held(test.source, manifest.backup())).isEmpty();
    }

    @Test
    void aDeletionThatDiedAfterItsTombstoneGivesWayWhenItIsTriedAgain() {
        hold();
        new BackupDeletion(test.vault.context(), test.source, manifest.backup()).bury("ops", "dies here");

        assertFails(FailureCode.REQUEST_CONFLICT, this::delete);

        assertThat(test.vault.backups(test.source)).containsExactly(manifest.backup());
    }

    @Test
    void aHoldBesideAnOldTombstoneKeepsTheChunks() {
        hold();
        new BackupDeletion(test.vault.context(), test.source, manifest.backup()).bury("ops", "died here");
        clock.passGrace();

        assertThat(test.vault.sweep(test.source, false).chunks()).isZero();
        assertFails(FailureCode.REQUEST_CONFLICT, this::delete);
        assertThat(test.vault.backups(test.source)).isEmpty(); // too old to be taken back
    }

    @Test
    void aForgedHoldHoldsToo() {
        test.store.put(VaultLayout.hold(test.source, manifest.backup()), new byte[] {1});

        assertFails(FailureCode.REQUEST_CONFLICT, this::delete);
        assertFails(FailureCode.MANIFEST_CORRUPT, () -> test.vault.held(test.source, manifest.backup()));
    }

    private Hold hold() {
        return test.vault.hold(test.source, manifest.backup(), "ops", "audit");
    }

    private void delete() {
        test.vault.delete(test.source, manifest.backup(), "retention", "old");
    }
}
