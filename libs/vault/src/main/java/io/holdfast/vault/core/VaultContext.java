package io.holdfast.vault.core;

import io.holdfast.vault.crypto.ObjectSealer;
import io.holdfast.vault.crypto.SealedObjectReader;
import io.holdfast.vault.crypto.VaultKeyProvider;
import io.holdfast.vault.store.ObjectStore;
import java.util.UUID;

/**
 * The parts of an open vault that its operations share.
 *
 * @param id created with the vault
 * @param objects manifests, proofs and listings of backups
 */
public record VaultContext(
        ObjectStore store,
        UUID id,
        VaultKeyProvider keys,
        ObjectSealer sealer,
        SealedObjectReader sealed,
        BackupObjects objects,
        GracePeriod grace) {

    public static VaultContext of(ObjectStore store, UUID id, VaultKeyProvider keys) {
        ObjectSealer sealer = new ObjectSealer(keys);
        SealedObjectReader sealed = new SealedObjectReader(store, sealer);
        return new VaultContext(
                store, id, keys, sealer, sealed, new BackupObjects(store, sealed), GracePeriod.STANDARD);
    }

    public VaultContext with(GracePeriod other) {
        return new VaultContext(store, id, keys, sealer, sealed, objects, other);
    }
}
