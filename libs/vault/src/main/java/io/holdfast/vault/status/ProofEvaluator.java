package io.holdfast.vault.status;

import io.holdfast.vault.format.ChunkId;
import io.holdfast.vault.format.ChunkObjectName;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.Proof;
import io.holdfast.vault.format.Proof.Outcome;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What proofs say of a backup, held against what is in quarantine. Pure. */
final class ProofEvaluator {

    private ProofEvaluator() {}

    /**
     * The proof that counts: a contradiction by another backup, whatever verifications found. Of the others, one that looked at the chunks only contradicts neither a restore that went well nor one that
     * did not; one that is inconclusive says nothing.
     *
     * @param proofs oldest first
     */
    static Optional<Proof> of(List<Proof> proofs) {
        return proofs.stream()
                .filter(Proof::contradicts)
                .findFirst()
                .or(() -> last(proofs, Set.of(Outcome.PROVEN, Outcome.FAILED)))
                .or(() -> last(proofs, Set.of(Outcome.INTACT)));
    }

    private static Optional<Proof> last(List<Proof> proofs, Set<Outcome> outcomes) {
        return proofs.reversed().stream()
                .filter(proof -> outcomes.contains(proof.outcome()))
                .findFirst();
    }

    static BackupStatus standing(@Nullable Proof verdict) {
        if (verdict == null) {
            return BackupStatus.STORED;
        }
        return switch (verdict.outcome()) {
            case INTACT -> BackupStatus.INTACT;
            case PROVEN -> BackupStatus.PROVEN;
            case FAILED -> BackupStatus.FAILED;
            case INCONCLUSIVE -> BackupStatus.STORED;
        };
    }

    /**
     * Whether the backup lists a chunk in quarantine which the proof does not tell to have read from another writing. Then
     * every writing that failed a check has to be told of: the one that the proof read may have rotted since.
     */
    static boolean damaged(Manifest manifest, @Nullable Proof verdict, Set<ChunkObjectName> suspects) {
        if (suspects.isEmpty()) {
            return false;
        }
        List<String> told = verdict == null ? List.of() : verdict.replaced();
        Set<ChunkId> bad = new HashSet<>();
        suspects.stream().filter(place -> !told.contains(place.name())).forEach(place -> bad.add(place.id()));
        return manifest.chunks().stream()
                .filter(chunk -> bad.contains(chunk.id()))
                .map(ChunkObjectName::of)
                .anyMatch(suspects::contains);
    }
}
