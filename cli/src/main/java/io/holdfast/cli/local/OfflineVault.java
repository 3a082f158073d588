package io.holdfast.cli.local;

import io.holdfast.config.HoldfastConfig;
import io.holdfast.transfer.access.VaultConnector;
import io.holdfast.vault.Vault;
import io.holdfast.vault.crypto.KeyFile;
import io.holdfast.vault.store.ObjectStore;
import io.holdfast.vault.store.S3ObjectStore;

/** The vault that the configuration describes, opened from this process and without any service. */
public final class OfflineVault implements AutoCloseable {
    private final ObjectStore store;
    private final Vault vault;

    private OfflineVault(ObjectStore store, Vault vault) {
        this.store = store;
        this.vault = vault;
    }

    /** Fails as {@link KeyFile#read} and {@link Vault#open} do. */
    public static OfflineVault open(HoldfastConfig config) {
        ObjectStore store = S3ObjectStore.open(VaultConnector.settings(config.vault()));
        try {
            Vault vault = Vault.open(store, KeyFile.read(config.vault().keyFile()))
                    .withGrace(config.platform().grace());
            return new OfflineVault(store, vault);
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    public Vault vault() {
        return vault;
    }

    @Override
    public void close() {
        store.close();
    }
}
