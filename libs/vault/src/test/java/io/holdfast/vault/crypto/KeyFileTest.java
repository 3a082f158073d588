package io.holdfast.vault.crypto;

import static io.holdfast.vault.TestVault.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.TestVault;
import io.holdfast.vault.Vault;
import io.holdfast.vault.store.MemoryObjectStore;
import io.holdfast.vault.store.ObjectStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeyFileTest {
    private final ObjectStore store = new MemoryObjectStore();
    private Path file = Path.of("vault.key");

    @BeforeEach
    void choose(@TempDir Path folder) {
        file = folder.resolve("vault.key");
    }

    @Test
    void aKeyFileOpensTheVaultItWasMadeFor() throws Exception {
        Vault made = Vault.init(store, KeyFile.create(file, store));

        assertThat(Vault.open(store, KeyFile.read(file)).id()).isEqualTo(made.id());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void noKeyIsMadeForAVaultThatHasObjects() {
        Vault.init(store, TestVault.key());

        assertFails(FailureCode.VAULT_NOT_EMPTY, () -> KeyFile.create(file, store), file.toString());
        assertThat(file).doesNotExist();
    }

    @Test
    void aKeyFileIsNeverOverwritten() throws Exception {
        Files.writeString(file, "somebody's");

        assertFails(FailureCode.CONFIG_INVALID, () -> KeyFile.create(file, store));
        assertThat(file).hasContent("somebody's");
    }

    @Test
    void aMissingKeyFileIsNamed() {
        assertFails(FailureCode.VAULT_KEY_MISSING, () -> KeyFile.read(file), file.toString());
    }

    @Test
    void somethingElseIsNoKeyFile() throws Exception {
        Files.writeString(file, "{\"key\":[]}");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));

        assertFails(FailureCode.VAULT_KEY_WRONG, () -> KeyFile.read(file));
    }

    @Test
    void aDamagedKeyFileIsRefusedWhateverBitIsFlipped() throws Exception {
        KeyFile.create(file, store);
        byte[] good = Files.readAllBytes(file);
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << (bit % 8));
            Files.write(file, bad);
            try {
                KeyFile.read(file); // a bit of the key itself gives another key, which opens no vault
            } catch (HoldfastException failure) {
                assertThat(failure.code()).isIn(FailureCode.VAULT_KEY_WRONG, FailureCode.VAULT_KEY_MISSING);
            }
        }
    }

    @Test
    void aKeyFileThatOthersCanReadIsRefused() throws Exception {
        KeyFile.create(file, store);

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertFails(FailureCode.CONFIG_INVALID, () -> KeyFile.read(file), "chmod 600");

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r-----"));
        assertThat(KeyFile.read(file)).isNotNull();
    }
}
