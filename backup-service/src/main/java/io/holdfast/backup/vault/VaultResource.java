package io.holdfast.backup.vault;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.access.Permission;
import io.holdfast.access.Requires;
import io.holdfast.vault.Vault;
import io.holdfast.vault.format.KeyEscrow;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The vault over REST: whether its key has a copy, what its bucket does not guarantee, and how it is kept clean. */
@Path("/api/vault")
@Tag(name = "Vault")
class VaultResource {
    private final PinnedVault vaults;
    private final BucketProbe probe;
    private final SweepHistory sweeps;

    VaultResource(PinnedVault vaults, BucketProbe probe, SweepHistory sweeps) {
        this.vaults = vaults;
        this.probe = probe;
        this.sweeps = sweeps;
    }

    @GET
    @Requires(Permission.VIEW)
    @Blocking
    @Operation(summary = "The vault: its key's copy, what its bucket does not guarantee, its last sweeps")
    public VaultView show() {
        Vault vault = vaults.open();
        return new VaultView(
                vault.id(),
                vault.describe(),
                vault.keys().keyId(),
                vault.keys().escrow().orElse(null),
                probe.lacks(vault),
                sweeps.all());
    }

    /**
     * The vault as REST shows it.
     *
     * @param escrow absent until somebody confirmed a copy of the key
     * @param lacks what is not guaranteed, a sentence each
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record VaultView(
            UUID id,
            String at,
            String keyId,
            @Nullable KeyEscrow escrow,
            List<String> lacks,
            List<SweepHistory.Last> sweeps) {}
}
