package io.holdfast.vault.status;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.format.Hold;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.Proof;
import io.holdfast.vault.format.Tombstone;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the vault knows of one backup.
 *
 * @param manifest null if there is none, or none that opens
 * @param deleted whether it has a tombstone, be it one that does not open
 * @param proofs oldest first; those that open
 * @param damaged whether it lists a chunk that is in quarantine, and that its last proof did not read elsewhere
 * @param unreadable the keys of its objects that do not open
 */
public record CatalogEntry(
        SourceId source,
        BackupId backup,
        @Nullable Manifest manifest,
        boolean deleted,
        @Nullable Tombstone tombstone,
        @Nullable Hold hold,
        List<Proof> proofs,
        boolean damaged,
        List<String> unreadable) {
    public CatalogEntry {
        proofs = proofs.stream().sorted(Proof.ORDER).toList();
        unreadable = List.copyOf(unreadable);
    }

    /** What it is good for, all considered. */
    public BackupStatus standing() {
        if (deleted) {
            return BackupStatus.DELETED;
        }
        if (manifest == null) {
            return BackupStatus.UNREADABLE;
        }
        return damaged
                ? BackupStatus.DAMAGED
                : ProofEvaluator.standing(verdict().orElse(null));
    }

    /** The proof that counts, as {@link BackupStatusReader#verdict} has it. */
    public Optional<Proof> verdict() {
        return ProofEvaluator.of(proofs);
    }
}
