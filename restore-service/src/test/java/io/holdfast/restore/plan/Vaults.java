package io.holdfast.restore.plan;

import io.holdfast.config.HoldfastConfig;

/** Vaults that are configured otherwise than the service's own. */
public final class Vaults {
    private Vaults() {}

    public static RestoreVaultProvider of(HoldfastConfig config) {
        return new RestoreVaultProvider(() -> config);
    }
}
