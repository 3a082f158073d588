package io.holdfast.vault;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.SourceId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the vault knows of one backup.
 *
 * @param manifest null if there is none, or none that opens
 * @param deleted whether it has a tombstone, be it one that does not open
 * @param proofs oldest first; those that open
 * @param damaged whether it lists a chunk that is in quarantine
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
        proofs = proofs.stream()
                .sorted(Comparator.comparing(Proof::verification))
                .toList();
        unreadable = List.copyOf(unreadable);
    }

    /** What a backup is good for, all considered. */
    public enum Standing {
        /** Its manifest opens; nobody has verified it. */
        STORED,
        /** The last verification that came to a verdict found every chunk well. */
        INTACT,
        /** The last verification that came to a verdict restored it and found it equal. */
        PROVEN,
        /** The last verification that came to a verdict found it bad. */
        FAILED,
        /** It lists a chunk that failed a check since. */
        DAMAGED,
        /** Its manifest does not open. */
        UNREADABLE,
        DELETED
    }

    public Standing standing() {
        if (deleted) {
            return Standing.DELETED;
        }
        if (manifest == null) {
            return Standing.UNREADABLE;
        }
        return damaged
                ? Standing.DAMAGED
                : verdict().map(CatalogEntry::standing).orElse(Standing.STORED);
    }

    private Optional<Proof.Outcome> verdict() {
        return proofs.reversed().stream()
                .map(Proof::outcome)
                .filter(outcome -> outcome != Proof.Outcome.INCONCLUSIVE)
                .findFirst();
    }

    private static Standing standing(Proof.Outcome outcome) {
        return switch (outcome) {
            case INTACT -> Standing.INTACT;
            case PROVEN -> Standing.PROVEN;
            case FAILED -> Standing.FAILED;
            case INCONCLUSIVE -> Standing.STORED;
        };
    }
}
