package io.holdfast.vault.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.Rows;
import io.holdfast.vault.TestVault;
import io.holdfast.vault.Vault;
import io.holdfast.vault.check.CheckLevel;
import io.holdfast.vault.check.ProgressListener;
import io.holdfast.vault.check.ReadShare;
import io.holdfast.vault.check.VaultReport;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.VaultLayout;
import io.holdfast.vault.store.FaultyStore;
import io.holdfast.vault.store.MemoryObjectStore;
import io.holdfast.vault.store.ObjectStore;
import io.holdfast.vault.write.BackupWriter;
import io.holdfast.vault.write.WriteOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A rewrapping that died anywhere, and what people do then with one key file or the other: nothing that was written may be
 * taken for damaged, and doing it again ends it.
 */
final class HalfRewrappedTest {
    private final ObjectStore whole = new MemoryObjectStore();

    @TempDir
    private Path folder;

    private KeyEncryptionKey old;
    private KeyEncryptionKey next;
    private KeyEncryptionKey third;
    private TestVault test;
    private Manifest before;

    @BeforeEach
    void make() {
        old = KeyFile.another(folder.resolve("old.key"));
        next = KeyFile.another(folder.resolve("next.key"));
        third = KeyFile.another(folder.resolve("third.key"));
        test = new TestVault(whole, old);
        test.vault.keys().rotate();
        before = test.backup(Rows.of(1, 10));
    }

    @Test
    void nothingElseHappens() {
        everywhere(vault -> {});
    }

    @Test
    void aRotationUnderTheOldKey() {
        everywhere(vault -> vault.rotate(old));
    }

    @Test
    void aRotationUnderTheNewKey() {
        everywhere(vault -> vault.rotate(next));
    }

    @Test
    void rotationsUnderBoth() {
        everywhere(vault -> {
            vault.rotate(old);
            vault.rotate(next);
        });
        everywhere(vault -> {
            vault.rotate(next);
            vault.rotate(next);
            vault.rotate(old);
        });
        everywhere(vault -> {
            vault.rotate(next);
            vault.rotate(old);
            vault.rotate(old);
        });
    }

    @Test
    void itDiesAgainAfterRotationsUnderBoth() {
        everywhere(vault -> {
            vault.rotate(next);
            vault.rotate(old);
            vault.rewrapAndDie(old, next, vault.again());
        });
    }

    @Test
    void somebodyGoesBackToTheOldKeyAndRotates() {
        everywhere(vault -> {
            vault.rotate(old);
            vault.rewrap(next, old);
            vault.rotate(old);
        });
        everywhere(vault -> {
            vault.rotate(old);
            vault.rewrapAndDie(next, old, vault.again());
            vault.rotate(old);
            vault.rewrap(next, old);
        });
    }

    @Test
    void somebodyTakesAThirdKey() {
        everywhere(vault -> {
            vault.rotate(next);
            vault.rewrap(old, third);
            vault.rotate(third);
            vault.rewrap(third, next);
        });
        everywhere(vault -> {
            vault.rotate(old);
            vault.rewrap(next, third);
            vault.rotate(third);
            vault.rewrap(third, next);
        });
    }

    /** The key of the one that died is lost, so that nobody can run it again. */
    @Test
    void whatIsLeftOfOneThatDiedStopsNeitherChecksNorBackups() {
        Half half = new Half(copy(), 0);
        String complete = VaultLayout.keysets(next.id()) + KeysetType.CHUNK_ID.name(1) + VaultLayout.JSON;
        for (int after = 0; half.store.head(complete).isEmpty(); after++) {
            half.rewrapAndDie(old, next, after);
        }
        half.rewrap(old, third);
        Vault vault = Vault.open(half.store, third);
        Manifest rotten = half.backUp(vault, 1);
        Manifest chunkless = half.backUp(vault, 2);
        half.rot(VaultLayout.manifest(test.source, rotten.backup()));
        half.rot(VaultLayout.chunk(test.source, chunkless.chunks().getFirst()));

        VaultReport report = vault.checkAll(ReadShare.ALL, ProgressListener.NONE);
        Manifest next = half.backUp(vault, 2);

        assertThat(half.store.head(complete)).isPresent();
        assertThat(report.problems())
                .extracting(VaultReport.Problem::kind)
                .contains(VaultReport.Kind.UNREADABLE, VaultReport.Kind.CORRUPT);
        assertThat(vault.check(test.source, next.backup(), CheckLevel.READ, ProgressListener.NONE)
                        .intact())
                .isTrue();
    }

    private void everywhere(Consumer<Half> then) {
        AtomicBoolean died = new AtomicBoolean(true);
        for (int after = 0; died.get(); after++) {
            Half half = new Half(copy(), after);
            half.wrote(before);
            Vault running = Vault.open(half.store, old);
            died.set(half.rewrapAndDie(old, next, after));
            half.requireOpen();

            then.accept(half);
            half.requireUsableOrRefused(running);
            half.requireOpen();
            half.rewrap(old, next);
            half.requireAllUnder(next);
        }
    }

    private ObjectStore copy() {
        ObjectStore copy = new MemoryObjectStore();
        test.keys("").forEach(key -> copy.put(key, whole.get(key).orElseThrow()));
        return copy;
    }

    /** A vault on which somebody began a rewrapping. */
    private final class Half {
        private final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
        private final int died;
        private final String when;
        private final Map<BackupId, Manifest> written = new HashMap<>();
        private final SourceId source = test.source;
        final ObjectStore store;

        /** @param died after so many requests */
        Half(ObjectStore objects, int died) {
            this.died = died;
            this.when = "died after " + died + " requests";
            this.store = new FaultyStore(objects) {
                @Override
                protected void before(String verb, String key) {
                    if (!verb.equals("get") && left.getAndDecrement() <= 0) {
                        throw HoldfastException.of(FailureCode.VAULT_UNREACHABLE, "the process died");
                    }
                }
            };
        }

        /** After how many requests the next one dies: another number for each of those after which the first did. */
        int again() {
            return died * 7 % 60;
        }

        void wrote(Manifest manifest) {
            written.put(manifest.backup(), manifest);
        }

        /** @return whether it did not come to its end */
        boolean rewrapAndDie(KeyEncryptionKey from, KeyEncryptionKey to, int after) {
            left.set(after);
            try {
                return !refusedOr(() -> Vault.rewrap(store, from, to));
            } catch (HoldfastException holdfastException) {
                assertThat(holdfastException.code()).isEqualTo(FailureCode.VAULT_UNREACHABLE);
                return true;
            } finally {
                left.set(Integer.MAX_VALUE);
            }
        }

        void rewrap(KeyEncryptionKey from, KeyEncryptionKey to) {
            refusedOr(() -> Vault.rewrap(store, from, to));
        }

        /** And writes a backup with the new keys. */
        void rotate(KeyEncryptionKey key) {
            refusedOr(() -> {
                Vault vault = Vault.open(store, key);
                vault.keys().rotate();
                wrote(backUp(vault, written.size() + 1));
            });
        }

        Manifest backUp(Vault vault, int content) {
            try (BackupWriter writer = vault.write(source, TestVault.backupId(), WriteOptions.STANDARD)) {
                Rows rows = Rows.of(content, 10);
                return writer.commit(TestVault.contents(writer, TestVault.table(writer, "t", rows)));
            }
        }

        /** Where the object says by which key it is encrypted. */
        void rot(String key) {
            byte[] object = store.get(key).orElseThrow();
            object[2] ^= 4;
            store.put(key, object);
        }

        /** Whether it was done; else it says which key it takes, and nothing is damaged. */
        private boolean refusedOr(Runnable step) {
            try {
                step.run();
                return true;
            } catch (HoldfastException holdfastException) {
                if (holdfastException.code() == FailureCode.VAULT_UNREACHABLE) {
                    throw holdfastException;
                }
                assertThat(holdfastException.code())
                        .as("%s: %s", when, holdfastException.getMessage())
                        .isIn(FailureCode.VAULT_KEY_WRONG, FailureCode.VAULT_UNKNOWN_FORMAT);
                return false;
            }
        }

        void requireOpen() {
            List<String> refusals = new ArrayList<>();
            for (KeyEncryptionKey key : List.of(old, next)) {
                try {
                    requireUsableOrRefused(Vault.open(store, key));
                    return;
                } catch (HoldfastException holdfastException) {
                    refusals.add(holdfastException.getMessage());
                }
            }
            fail(when + ": no key opens the vault: " + refusals);
        }

        void requireUsableOrRefused(Vault vault) {
            written.forEach((backup, manifest) -> refusedOr(() -> {
                assertThat(vault.manifest(source, backup)).isEqualTo(manifest);
                assertThat(vault.check(source, backup, CheckLevel.READ, ProgressListener.NONE)
                                .intact())
                        .as(when)
                        .isTrue();
            }));
        }

        void requireAllUnder(KeyEncryptionKey key) {
            Vault vault = Vault.open(store, key);
            written.forEach((backup, manifest) ->
                    assertThat(vault.manifest(source, backup)).as(when).isEqualTo(manifest));
            assertThat(vault.checkAll(ReadShare.ALL, ProgressListener.NONE).problems())
                    .as(when)
                    .isEmpty();
        }
    }
}
