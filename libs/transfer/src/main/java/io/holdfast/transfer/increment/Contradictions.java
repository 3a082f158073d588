package io.holdfast.transfer.increment;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.Vault;
import io.holdfast.vault.crypto.ObjectSealer;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.Proof;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Marks increments as failed in the vault if a backup found that unchanged parts were told apart wrongly: all that took parts
 * from the same backup. That backup itself read all of its rows, and stays as it is. A worker that dies leaves the rest to the
 * next one: what is marked already stays as it is.
 */
public final class Contradictions {
    private final Vault vault;
    private final SourceId source;
    private final InstantSource clock;

    private Contradictions(Vault vault, SourceId source, InstantSource clock) {
        this.vault = vault;
        this.source = source;
        this.clock = clock;
    }

    /**
     * Records what a committed backup found; also what another one found that was committed while this one ran.
     *
     * @return the contradictions, also those that were there before
     */
    public static List<Proof> record(Vault vault, Manifest manifest, InstantSource clock) {
        IncrementNote note = IncrementNote.of(manifest).orElse(IncrementNote.READ_ALL);
        Contradictions contradictions = new Contradictions(vault, manifest.source(), clock);
        return note.contradicted().isEmpty()
                ? contradictions.byOthers(manifest.backup(), note)
                : contradictions.by(manifest.backup(), note);
    }

    private List<Proof> by(BackupId by, IncrementNote note) {
        String root = note.contradicted().getFirst();
        return since(BackupId.parse(root))
                .filter(backup -> note(backup).builtOn().contains(root))
                .map(backup -> contradict(backup, by, note.differences()))
                .toList();
    }

    /** The other one listed the backups before this one was committed. */
    private List<Proof> byOthers(BackupId backup, IncrementNote note) {
        if (note.builtOn().isEmpty()) {
            return List.of();
        }
        return since(BackupId.parse(note.builtOn().getLast()))
                .filter(other -> !other.equals(backup))
                .flatMap(other -> {
                    IncrementNote its = note(other);
                    return its.contradicted().stream()
                            .limit(1)
                            .filter(note.builtOn()::contains)
                            .map(root -> contradict(backup, other, its.differences()));
                })
                .toList();
    }

    private Stream<BackupId> since(BackupId earlier) {
        return vault.backups(source).stream().filter(backup -> backup.compareTo(earlier) > 0);
    }

    private IncrementNote note(BackupId backup) {
        try {
            return IncrementNote.of(vault.manifest(source, backup)).orElse(IncrementNote.READ_ALL);
        } catch (HoldfastException e) {
            if (!ObjectSealer.isUnreadable(e)
                    && e.code() != FailureCode.MANIFEST_MISSING
                    && e.code() != FailureCode.BACKUP_NOT_USABLE) {
                throw e;
            }
            return IncrementNote.READ_ALL; // unreadable, or deleted just now
        }
    }

    private Proof contradict(BackupId backup, BackupId by, List<String> differences) {
        FailureReason reason = FailureReason.of(
                FailureCode.ROWS_DIFFER,
                "backup " + backup + " took unchanged parts from an earlier backup, and backup " + by
                        + " found that these had changed: " + String.join(", ", differences)
                        + "; use a backup that read all rows, such as the next one",
                backup.toString());
        Proof proof = Proof.contradiction(source, backup, by, reason, clock.instant());
        Optional<Proof> there = there(proof);
        if (there.isEmpty()) {
            vault.putProof(proof);
        }
        return there.orElse(proof);
    }

    private Optional<Proof> there(Proof proof) {
        try {
            return vault.proof(source, proof.backup(), proof.verification());
        } catch (HoldfastException e) {
            if (!ObjectSealer.isUnreadable(e)) {
                throw e;
            }
            return Optional.empty(); // written anew
        }
    }
}
