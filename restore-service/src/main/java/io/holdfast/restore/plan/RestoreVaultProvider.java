package io.holdfast.restore.plan;

import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.transfer.access.OldGenerationGcTrigger;
import io.holdfast.transfer.access.VaultConnector;
import io.holdfast.vault.Vault;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;

/** The configured vault. */
@ApplicationScoped
public class RestoreVaultProvider {
    private final VaultConnector access;

    RestoreVaultProvider(LiveConfig live) {
        OldGenerationGcTrigger.keep();
        this.access = new VaultConnector(
                live.current().vault(), () -> live.current().platform().grace());
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
