package io.holdfast.transfer.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.Snapshot;
import io.holdfast.transfer.Bench;
import io.holdfast.transfer.Servers;
import io.holdfast.transfer.progress.TransferListener;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.store.MemoryObjectStore;
import io.holdfast.vault.store.StoredObject;
import io.holdfast.vault.write.BackupWriter;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Both ends of a backup are opened at once, and neither is left open without the other. */
class BackupSessionTest {
    private final MemoryObjectStore store = new MemoryObjectStore();
    private final Bench bench;
    private final String source = Servers.database("create table t as select 1 as a");

    BackupSessionTest() throws IOException {
        bench = new Bench(store);
    }

    private Snapshot open() {
        return Servers.ENGINE.open(Servers.address(source), Servers.password(), bench.reading);
    }

    private BackupWriter write() {
        return bench.vault.write(bench.source, BackupId.next(InstantSource.system()), bench.writing);
    }

    private Set<String> keys() {
        try (Stream<StoredObject> objects = store.list("")) {
            return objects.map(StoredObject::key).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw HoldfastException.of(FailureCode.CANCELLED, "cancelled", e);
        }
    }

    @Test
    void eachIsOpenedWhileTheOtherIs() {
        CountDownLatch sourceBegun = new CountDownLatch(1);
        CountDownLatch vaultBegun = new CountDownLatch(1);

        try (BackupSession ends = BackupSession.open(
                () -> {
                    sourceBegun.countDown();
                    waitFor(vaultBegun);
                    return open();
                },
                () -> {
                    vaultBegun.countDown();
                    waitFor(sourceBegun);
                    return write();
                })) {
            Manifest manifest = ends.capture(
                    2,
                    new BackupMetadata("shop", BackupKind.MANUAL, List.of(), bench.reading.scope(), Instant.now()),
                    TransferListener.NONE);

            assertThat(manifest.totals().rows()).isEqualTo(1);
        }
    }

    @Test
    void aSourceThatCannotBeReadLeavesNothingInTheVault() {
        Set<String> before = keys();

        assertThatThrownBy(() -> BackupSession.open(
                        () -> {
                            throw HoldfastException.of(FailureCode.SOURCE_UNREACHABLE, "nobody there");
                        },
                        this::write))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.SOURCE_UNREACHABLE));

        assertThat(keys()).isEqualTo(before);
    }

    @Test
    void aVaultThatCannotBeWrittenLeavesTheSourceAlone() {
        assertThatThrownBy(() -> BackupSession.open(this::open, () -> {
                    throw HoldfastException.of(FailureCode.VAULT_UNREACHABLE, "no bucket");
                }))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.VAULT_UNREACHABLE));

        assertThat(Servers.query("postgres", "select count(*) from pg_stat_activity where datname = '" + source + "'"))
                .containsExactly("0");
    }

    @Test
    void anInterruptEndsBoth() throws InterruptedException {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        CountDownLatch waiting = new CountDownLatch(1);
        Thread backup = Thread.ofVirtual().start(() -> {
            try {
                BackupSession.open(this::open, () -> {
                    waiting.countDown();
                    waitFor(new CountDownLatch(1));
                    return write();
                });
            } catch (HoldfastException e) {
                thrown.set(e);
            }
        });
        waiting.await();

        backup.interrupt();
        backup.join();

        assertThat(thrown.get())
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.CANCELLED));
    }
}
