package io.holdfast.cli.local;

import io.holdfast.config.VaultConfig;
import io.holdfast.transfer.access.VaultConnector;
import io.holdfast.vault.Vault;
import io.holdfast.vault.crypto.KeyEncryptionKey;
import io.holdfast.vault.crypto.KeyFile;
import io.holdfast.vault.store.ObjectStore;
import io.holdfast.vault.store.S3ObjectStore;
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
     * @throws io.holdfast.contracts.HoldfastException as {@link Vault#init} and {@link KeyFile} do
     */
    public static Made init(VaultConfig config) {
        try (ObjectStore store = S3ObjectStore.open(VaultConnector.settings(config))) {
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

    /** @param keysets how many were wrapped; 0 if they were already */
    public record Rewrapped(String keyId, String keyFile, int keysets) {}

    /**
     * Wraps the vault's keys with the key of another file, which is made unless it is there.
     *
     * @throws io.holdfast.contracts.HoldfastException as {@link Vault#rewrap} and {@link KeyFile} do
     */
    public static Rewrapped rewrap(VaultConfig config, Path file) {
        KeyEncryptionKey old = KeyFile.read(config.keyFile());
        try (ObjectStore store = S3ObjectStore.open(VaultConnector.settings(config))) {
            KeyEncryptionKey next = Files.exists(file) ? KeyFile.read(file) : KeyFile.another(file);
            return new Rewrapped(next.id(), file.toString(), Vault.rewrap(store, old, next));
        }
    }
}
