package io.holdfast.restore.plan;

import io.holdfast.config.HoldfastConfig;
import io.holdfast.transfer.access.OldGenerationGcTrigger;
import io.holdfast.transfer.access.VaultConnector;
import io.holdfast.vault.Vault;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;

/** The configured vault. */
@ApplicationScoped
public class RestoreVaultProvider {
    private final VaultConnector access;

    RestoreVaultProvider(HoldfastConfig config) {
        OldGenerationGcTrigger.keep();
        this.access = new VaultConnector(config.vault(), config.platform().grace());
    }

    /** Fails as {@link VaultConnector#vault} does. */
    public Vault open() {
        return access.vault();
    }

    @PreDestroy
    void close() {
        access.close();
    }
}
