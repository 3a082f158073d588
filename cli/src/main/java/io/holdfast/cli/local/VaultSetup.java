package io.holdfast.cli.local;

import io.holdfast.config.SecretRef;
import io.holdfast.config.VaultConfig;
import io.holdfast.vault.KeyEncryptionKey;
import io.holdfast.vault.KeyFile;
import io.holdfast.vault.Vault;
import io.holdfast.vault.store.ObjectStore;
import io.holdfast.vault.store.S3ObjectStore;
import io.holdfast.vault.store.S3Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Makes a vault as the configuration describes it, from this process and without any service. */
public final class VaultSetup {
    private VaultSetup() {}

    /**
     * What was made, or found.
     *
     * @param newKey whether the key file is new, so that somebody has to keep a copy of it
     * @param escrowed whether a copy was confirmed
     * @param lacks what the store does not guarantee, a sentence each
     */
    public record Made(String id, String at, String keyFile, boolean newKey, boolean escrowed, List<String> lacks) {}

    /**
     * Makes the vault, or opens the one that is there.
     *
     * @throws io.holdfast.contracts.Failure as {@link Vault#init} and {@link KeyFile} do
     */
    public static Made init(VaultConfig config) {
        try (ObjectStore store = S3ObjectStore.open(settings(config))) {
            Path file = config.keyFile();
            boolean missing = Files.notExists(file);
            KeyEncryptionKey key = missing ? KeyFile.create(file, store) : KeyFile.read(file);
            Vault vault = Vault.init(store, key);
            return new Made(
                    vault.id().toString(),
                    vault.describe(),
                    file.toString(),
                    missing,
                    vault.keys().escrow().isPresent(),
                    vault.lacks());
        }
    }

    static S3Settings settings(VaultConfig config) {
        return new S3Settings(
                config.endpoint().orElse(null),
                config.region(),
                config.pathStyle(),
                config.bucket(),
                config.prefix(),
                config.accessKey().map(VaultSetup::reveal).orElse(null),
                config.secretKey().map(VaultSetup::reveal).orElse(null));
    }

    private static String reveal(SecretRef secret) {
        return secret.resolve().reveal();
    }
}
