package io.holdfast.vault.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.Rows;
import io.holdfast.vault.TestClock;
import io.holdfast.vault.TestVault;
import io.holdfast.vault.check.CheckLevel;
import io.holdfast.vault.check.ProgressListener;
import io.holdfast.vault.store.FaultyStore;
import io.holdfast.vault.store.MemoryObjectStore;
import io.holdfast.vault.write.BackupWriter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A backup that was left unfinished for longer than the grace goes on while a sweep runs. */
final class ResumedTest {
    private static final Rows LEFT = Rows.of(1, 100);
    private static final Rows NEW = Rows.of(2, 100);

    /** Counts what is asked of the store, but for what is asked while somebody acts on a step. */
    private static final class Steps extends FaultyStore {
        private final AtomicBoolean counting = new AtomicBoolean();
        private volatile IntConsumer action = step -> {};
        private final AtomicInteger step = new AtomicInteger();

        Steps(TestClock clock) {
            super(new MemoryObjectStore(clock));
        }

        void whenCounted(IntConsumer next, Runnable work) {
            action = next;
            counting.set(true);
            work.run();
            counting.set(false);
        }

        @Override
        protected void before(String verb, String key) {
            if (counting.compareAndSet(true, false)) {
                action.accept(step.getAndIncrement());
                counting.set(true);
            }
        }
    }

    /** One sweep, and one resumed backup that starts and commits at given steps of it. */
    private static final class Race {
        private final TestClock clock = new TestClock();
        private final Steps steps = new Steps(clock);
        private final TestVault test = new TestVault(steps, clock.grace());
        private final BackupId backup = TestVault.backupId();
        private @Nullable BackupWriter writer;
        private @Nullable Manifest committed;
        private boolean refused;
        private boolean reached;

        void run(int start, int commit) {
            try (BackupWriter left = test.vault.write(test.source, backup, clock.options())) {
                TestVault.table(left, "t", LEFT);
            }
            clock.pass(TestClock.GRACE.plus(Duration.ofDays(1)));
            steps.whenCounted(
                    step -> {
                        if (step == start) {
                            orRefused(() -> writer = test.vault.write(test.source, backup, clock.options()));
                        }
                        if (step == commit) {
                            reached = true;
                            orRefused(this::commit);
                        }
                    },
                    () -> test.vault.sweep(test.source, false));
            if (writer != null) {
                writer.close();
            }
        }

        private void commit() {
            BackupWriter open = writer;
            if (open != null) {
                committed = open.commit(
                        TestVault.contents(open, TestVault.table(open, "t", LEFT), TestVault.table(open, "u", NEW)));
            }
        }

        private void orRefused(Runnable step) {
            try {
                step.run();
            } catch (HoldfastException holdfastException) {
                assertThat(holdfastException.code()).isEqualTo(FailureCode.BACKUP_NOT_USABLE);
                refused = true;
            }
        }

        void assertKept(int start, int commit) {
            String when = "started at step " + start + " of the sweep, committed at step " + commit;
            assertThat(committed != null || refused).as(when).isTrue();
            if (committed != null) {
                for (int grace = 0; grace < 3; grace++) {
                    assertThat(test.vault.tombstone(test.source, backup))
                            .as(when)
                            .isEmpty();
                    assertThat(test.vault
                                    .check(test.source, backup, CheckLevel.READ, ProgressListener.NONE)
                                    .intact())
                            .as(when)
                            .isTrue();
                    clock.passGrace();
                    test.vault.sweep(test.source, false);
                }
            }
        }
    }

    @Test
    void whatItCommitsStaysWhereverTheSweepIs() {
        int kept = 0;
        int commit = 0;
        int steps;
        do {
            steps = commit;
            for (int start = 0; start <= commit; start++) {
                Race race = new Race();
                race.run(start, commit);
                if (race.reached) {
                    race.assertKept(start, commit);
                    kept += race.committed == null ? 0 : 1;
                    steps = commit + 1;
                }
            }
            commit++;
        } while (steps == commit);
        assertThat(steps).isGreaterThan(10);
        assertThat(kept).isGreaterThan(steps);
    }

    @Test
    void whoOnlyStartedIsNotBuried() {
        TestClock clock = new TestClock();
        TestVault test = new TestVault(clock);
        BackupId backup = TestVault.backupId();
        try (BackupWriter left = test.vault.write(test.source, backup, clock.options())) {
            TestVault.table(left, "t", LEFT);
        }
        clock.pass(TestClock.GRACE.plus(Duration.ofDays(1)));
        try (BackupWriter resumed = test.vault.write(test.source, backup, clock.options())) {
            assertThat(test.vault.sweep(test.source, false).buried()).isEmpty();

            resumed.commit(TestVault.contents(resumed, TestVault.table(resumed, "t", LEFT)));
        }
        assertThat(test.keys(VaultLayout.journals(test.source))).isEmpty();
    }

    @Test
    void aWriterThatUploadedNothingLeavesNothing() {
        TestVault test = new TestVault();
        test.write(TestVault.backupId()).close();

        assertThat(test.keys(VaultLayout.SOURCES)).isEmpty();
    }
}
