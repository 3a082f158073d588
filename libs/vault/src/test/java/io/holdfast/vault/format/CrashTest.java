package io.holdfast.vault.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.Rows;
import io.holdfast.vault.TestClock;
import io.holdfast.vault.TestVault;
import io.holdfast.vault.Vault;
import io.holdfast.vault.check.CheckLevel;
import io.holdfast.vault.check.ProgressListener;
import io.holdfast.vault.store.FaultyStore;
import io.holdfast.vault.store.ObjectStore;
import io.holdfast.vault.write.BackupWriter;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Whatever operation is the last that reaches the store: at worst garbage is left, and the next sweeps remove it. */
final class CrashTest {
    private static final Rows OLD = Rows.of(1, 4_000);
    private static final Rows NEW = Rows.of(2, 12_000);

    /** Dies before or after its n-th change. */
    private static final class Mortal extends FaultyStore {
        private final AtomicInteger left;
        private final boolean done;

        Mortal(ObjectStore store, int changes, boolean done) {
            super(store);
            this.left = new AtomicInteger(changes);
            this.done = done;
        }

        boolean died() {
            return left.get() < 0;
        }

        @Override
        protected void before(String verb, String key) {
            boolean change = verb.startsWith("put") || verb.equals("delete");
            if (died() || (change && left.decrementAndGet() < 0 && !done)) {
                throw HoldfastException.of(FailureCode.VAULT_UNREACHABLE, "dead");
            }
        }

        @Override
        protected void after(String verb, String key) {
            if (died()) {
                throw HoldfastException.of(FailureCode.VAULT_UNREACHABLE, "dead");
            }
        }
    }

    private final TestClock clock = new TestClock();

    @Test
    void deletingAndSweepingMayDieAnywhere() throws Exception {
        int deaths = 0;
        boolean died = true;
        while (died) {
            boolean before = deleteDyingAt(deaths, false);
            died = deleteDyingAt(deaths, true) || before;
            deaths++;
        }
        assertThat(deaths).isGreaterThan(5);
    }

    private boolean deleteDyingAt(int changes, boolean done) throws Exception {
        TestVault test = new TestVault(clock);
        Manifest doomed = test.backup(OLD);
        Manifest kept = test.backup(NEW);
        Mortal mortal = new Mortal(test.store, changes, done);
        Vault dying = Vault.open(mortal, test.key).with(clock.grace());
        try {
            dying.delete(test.source, doomed.backup(), "retention", "old");
            clock.passGrace();
            dying.sweep(test.source, false);
            clock.passGrace();
            dying.sweep(test.source, false);
        } catch (HoldfastException dead) {
            assertThat(dead.code()).isEqualTo(FailureCode.VAULT_UNREACHABLE);
        }

        assertThat(test.read(kept, "t")).isEqualTo(NEW.bytes());
        for (BackupId listed : test.vault.backups(test.source)) {
            assertThat(intact(test, listed)).as("%d %s", changes, done).isTrue();
        }
        assertOnlyThisIsLeft(test, doomed, kept);
        return mortal.died();
    }

    private void assertOnlyThisIsLeft(TestVault test, Manifest doomed, Manifest kept) throws Exception {
        if (test.vault.backups(test.source).contains(doomed.backup())) {
            test.vault.delete(test.source, doomed.backup(), "retention", "old");
        }
        clock.passGrace();
        test.vault.sweep(test.source, false);
        assertThat(test.keys(VaultLayout.chunks(test.source))).hasSameSizeAs(kept.chunks());
        assertThat(test.read(kept, "t")).isEqualTo(NEW.bytes());
    }

    @Test
    void writingMayDieAnywhere() throws Exception {
        int deaths = 0;
        boolean died = true;
        while (died) {
            boolean before = writeDyingAt(deaths, false);
            died = writeDyingAt(deaths, true) || before;
            deaths++;
        }
        assertThat(deaths).isGreaterThan(3);
    }

    private boolean writeDyingAt(int changes, boolean done) throws Exception {
        TestVault test = new TestVault(clock);
        Manifest old = test.backup(OLD);
        Mortal mortal = new Mortal(test.store, changes, done);
        BackupId id = TestVault.backupId();
        try (BackupWriter writer =
                Vault.open(mortal, test.key).with(clock.grace()).write(test.source, id, clock.options())) {
            writer.commit(TestVault.contents(writer, TestVault.table(writer, "t", NEW)));
        } catch (HoldfastException dead) {
            assertThat(dead.code()).isEqualTo(FailureCode.VAULT_UNREACHABLE);
        }

        List<BackupId> exist = test.vault.backups(test.source);
        assertThat(exist).contains(old.backup());
        for (BackupId listed : exist) {
            assertThat(intact(test, listed)).as("%d %s", changes, done).isTrue();
        }
        Manifest again = test.backup(id, NEW, clock.options());
        assertThat(test.read(again, "t")).isEqualTo(NEW.bytes());
        clock.passGrace();
        test.vault.sweep(test.source, false);
        clock.passGrace();
        test.vault.sweep(test.source, false);
        assertThat(test.keys(VaultLayout.chunks(test.source))).hasSize(used(old, again));
        assertThat(intact(test, old.backup()) && intact(test, id)).isTrue();
        return mortal.died();
    }

    private static int used(Manifest... manifests) {
        return (int) List.of(manifests).stream()
                .flatMap(manifest -> manifest.chunks().stream())
                .distinct()
                .count();
    }

    private static boolean intact(TestVault test, BackupId backup) {
        return test.vault
                .check(test.source, backup, CheckLevel.READ, ProgressListener.NONE)
                .intact();
    }
}
