package io.holdfast.vault.crypto;

import static io.holdfast.vault.TestVault.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contracts.FailureCode;
import io.holdfast.vault.store.MemoryObjectStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.Signature;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EvidenceKeyTest {
    @TempDir
    Path folder;

    /** Computed with OpenSSL: {@code openssl kdf -keylen 32 -kdfopt digest:SHA256 … HKDF}, then the public key of the seed. */
    @Test
    void theKeyOfVersion1NeverChanges() throws Exception {
        byte[] master = new byte[32];
        for (int i = 0; i < master.length; i++) {
            master[i] = (byte) i;
        }

        assertThat(HexFormat.of()
                        .formatHex(EvidenceKey.derive(master).getPublic().getEncoded()))
                .isEqualTo("302a300506032b65700321008bae31cc9642a5b48dbb657258b2caaddd352daed74772508fab3c7ab7845843");
    }

    @Test
    void aKeyFileGivesOneKeyWhoseSignatureVerifies() throws Exception {
        Path file = folder.resolve("vault.key");
        KeyFile.create(file, new MemoryObjectStore());
        KeyPair key = EvidenceKey.derive(file);
        byte[] text = {1, 2, 3};

        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(key.getPrivate());
        signature.update(text);
        byte[] signed = signature.sign();

        signature.initVerify(EvidenceKey.derive(file).getPublic());
        signature.update(text);
        assertThat(signature.verify(signed)).isTrue();
        Path other = folder.resolve("other.key");
        KeyFile.create(other, new MemoryObjectStore());
        assertThat(EvidenceKey.derive(other).getPublic()).isNotEqualTo(key.getPublic());
    }

    @Test
    void somethingElseIsNoKeyFile() throws Exception {
        Path file = Files.writeString(folder.resolve("vault.key"), "{\"key\":[]}");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));

        assertFails(FailureCode.VAULT_KEY_WRONG, () -> EvidenceKey.derive(file));
    }
}
