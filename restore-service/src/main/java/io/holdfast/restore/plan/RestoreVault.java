package io.holdfast.restore.plan;

import io.holdfast.config.HoldfastConfig;
import io.holdfast.transfer.HeapCeiling;
import io.holdfast.transfer.VaultAccess;
import io.holdfast.vault.Vault;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;

/** The configured vault. */
@ApplicationScoped
public class RestoreVault {
    private final VaultAccess access;

    RestoreVault(HoldfastConfig config) {
        HeapCeiling.keep();
        this.access = new VaultAccess(config.vault(), config.platform().grace());
    }

    /** Fails as {@link VaultAccess#vault} does. */
    public Vault open() {
        return access.vault();
    }

    @PreDestroy
    void close() {
        access.close();
    }
}
