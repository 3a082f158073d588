package io.holdfast.vault.crypto;

import static io.holdfast.vault.TestVault.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.Once;
import io.holdfast.vault.Rows;
import io.holdfast.vault.TestVault;
import io.holdfast.vault.Vault;
import io.holdfast.vault.VaultKeyAdministration;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.VaultLayout;
import io.holdfast.vault.store.FaultyStore;
import io.holdfast.vault.store.MemoryObjectStore;
import io.holdfast.vault.store.ObjectStore;
import io.holdfast.vault.write.BackupWriter;
import io.holdfast.vault.write.WriteOptions;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another key for the vault's keysets, while no backup is touched. */
final class KeysetRewrapperTest {
    private static final Rows ROWS = Rows.of(1, 100);

    private final ObjectStore store = new MemoryObjectStore();

    @TempDir
    private Path folder;

    private KeyEncryptionKey old;
    private KeyEncryptionKey next;
    private TestVault test;

    @BeforeEach
    void make() {
        old = KeyFile.another(folder.resolve("old.key"));
        next = KeyFile.another(folder.resolve("next.key"));
        test = new TestVault(store, old);
        test.vault.keys().rotate();
    }

    @Test
    void onlyTheNewKeyOpensTheVaultAndEveryBackupIsReadable() throws Exception {
        Manifest before = test.backup(ROWS);

        assertThat(Vault.rewrap(store, old, next)).isEqualTo(5);

        Vault opened = Vault.open(store, KeyFile.read(folder.resolve("next.key")));
        assertThat(opened.manifest(test.source, before.backup())).isEqualTo(before);
        assertThat(test.keys(VaultLayout.KEYS))
                .hasSize(5)
                .allMatch(key -> key.startsWith(VaultLayout.keysets(next.id())));
        assertFails(FailureCode.VAULT_KEY_WRONG, () -> Vault.open(store, old), next.id());
        assertFails(FailureCode.VAULT_KEY_WRONG, () -> Vault.init(store, old), next.id());
        assertThat(opened.keys().rotate()).isEqualTo(new VaultKeyAdministration.Counts(3, 3));
        assertThat(Vault.rewrap(store, old, next)).isZero();
    }

    @Test
    void aVaultWithoutBackupsGetsNoSecondKeys() {
        Vault.rewrap(store, old, next);

        assertFails(FailureCode.VAULT_KEY_WRONG, () -> Vault.init(store, old));
        assertThat(Vault.init(store, next).id()).isEqualTo(test.vault.id());
    }

    @Test
    void whoHasTheVaultOpenGoesOnWriting() {
        Vault.rewrap(store, old, next);
        Manifest late = test.backup(ROWS);

        assertThat(Vault.open(store, next).manifest(test.source, late.backup())).isEqualTo(late);
        assertFails(FailureCode.VAULT_KEY_WRONG, () -> test.vault.keys().rotate());
    }

    @Test
    void whoHasTheVaultOpenDoesNotTakeForDamagedWhatWasWrittenSinceWithKeysItCannotHave() {
        Manifest before = test.backup(ROWS);
        Vault.rewrap(store, old, next);
        Vault renewed = Vault.open(store, next);
        renewed.keys().rotate();
        BackupId late = TestVault.backupId();
        try (BackupWriter writer = renewed.write(test.source, late, WriteOptions.STANDARD)) {
            Manifest unused = writer.commit(TestVault.contents(writer, TestVault.table(writer, "t", ROWS)));
        }

        assertFails(FailureCode.VAULT_KEY_WRONG, () -> test.vault.manifest(test.source, late), next.id());
        assertThat(test.vault.manifest(test.source, before.backup())).isEqualTo(before);
    }

    @Test
    void itMayBeDoneAgainAndWithAThirdKey() {
        Vault.rewrap(store, old, next);
        KeyEncryptionKey third = KeyFile.another(folder.resolve("third.key"));

        assertThat(Vault.rewrap(store, next, third)).isEqualTo(5);

        assertThat(Vault.open(store, third).id()).isEqualTo(test.vault.id());
        assertFails(FailureCode.VAULT_KEY_WRONG, () -> Vault.open(store, next), third.id());
        assertFails(FailureCode.CONFIG_INVALID, () -> Vault.rewrap(store, third, third));
    }

    @Test
    void itMayDieAnywhere() {
        Manifest before = test.backup(ROWS);
        for (int after = 0; ; after++) {
            AtomicInteger left = new AtomicInteger(after);
            ObjectStore dying = new FaultyObjects(copy(), left);
            boolean died = false;
            try {
                Vault.rewrap(dying, old, next);
            } catch (HoldfastException holdfastException) {
                died = true;
            }
            left.set(Integer.MAX_VALUE);
            Vault.rewrap(dying, old, next);
            assertThat(Vault.open(dying, next).manifest(test.source, before.backup()))
                    .as("died after %d requests", after)
                    .isEqualTo(before);
            assertFails(FailureCode.VAULT_KEY_WRONG, () -> Vault.open(dying, old));
            if (!died) {
                return;
            }
        }
    }

    @Test
    void aRotationThatComesInBetweenIsTakenAlong() {
        Once meanwhile = new Once();
        ObjectStore slow = new FaultyStore(store) {
            @Override
            protected void before(String verb, String key) {
                if (verb.equals("delete")) {
                    meanwhile.happen();
                }
            }
        };
        meanwhile.then(() -> test.vault.keys().rotate());

        assertThat(Vault.rewrap(slow, old, next)).isEqualTo(7);
        Manifest late = test.backup(ROWS);
        assertThat(Vault.open(store, next).manifest(test.source, late.backup())).isEqualTo(late);
    }

    @Test
    void anotherVaultsKeyWrapsNothing() {
        KeyEncryptionKey foreign = KeyFile.another(folder.resolve("foreign.key"));

        assertFails(FailureCode.VAULT_KEY_WRONG, () -> Vault.rewrap(store, foreign, next));
        assertThat(Vault.open(store, old).id()).isEqualTo(test.vault.id());
    }

    private ObjectStore copy() {
        ObjectStore copy = new MemoryObjectStore();
        test.keys("").forEach(key -> copy.put(key, store.get(key).orElseThrow()));
        return copy;
    }

    /** Does so many writes, and then none. */
    private static final class FaultyObjects extends FaultyStore {
        private final AtomicInteger left;

        FaultyObjects(ObjectStore store, AtomicInteger left) {
            super(store);
            this.left = left;
        }

        @Override
        protected void before(String verb, String key) {
            if (!verb.equals("get") && left.getAndDecrement() <= 0) {
                throw HoldfastException.of(FailureCode.VAULT_UNREACHABLE, "the process died");
            }
        }
    }
}
