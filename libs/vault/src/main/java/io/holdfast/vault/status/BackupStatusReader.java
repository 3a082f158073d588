package io.holdfast.vault.status;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.chunk.Quarantine;
import io.holdfast.vault.core.VaultContext;
import io.holdfast.vault.crypto.ObjectSealer;
import io.holdfast.vault.format.ChunkObjectName;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.Proof;
import io.holdfast.vault.format.VaultLayout;
import io.holdfast.vault.store.StoredObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a source's backups stand, as the vault said when this was made: by one listing of each kind of object. What a single
 * backup's proofs and manifest say is read when it is asked for. Never keep one: make it anew.
 */
public final class BackupStatusReader {
    private final VaultContext vault;
    private final SourceId source;
    private final List<BackupId> committed;
    private final Set<BackupId> buried;
    private final Set<BackupId> held;
    private final Set<ChunkObjectName> suspects;
    private final Map<BackupId, List<String>> proofs;

    public BackupStatusReader(VaultContext vault, SourceId source) {
        this.vault = vault;
        this.source = source;
        this.committed = vault.objects().committed(source);
        this.buried = vault.objects().tombstoned(source);
        this.held = vault.objects().held(source);
        this.suspects = new Quarantine(vault, source).places();
        this.proofs = listedProofs();
    }

    /** Those that are not deleted, newest first. */
    public List<BackupId> backups() {
        return committed.stream().filter(backup -> !buried.contains(backup)).toList();
    }

    /** Deleted ones too, until they are forgotten; newest first. */
    public List<BackupId> all() {
        return Stream.concat(committed.stream(), buried.stream())
                .distinct()
                .sorted(Comparator.reverseOrder())
                .toList();
    }

    public boolean isDeleted(BackupId backup) {
        return buried.contains(backup);
    }

    /** Whether it must not be deleted. */
    public boolean isHeld(BackupId backup) {
        return held.contains(backup);
    }

    /** The names of the source's chunks that failed a check: as long as they stay the same, no backup becomes damaged. */
    public Set<String> quarantined() {
        return suspects.stream().map(ChunkObjectName::name).collect(Collectors.toSet());
    }

    /**
     * Reads the backup's proofs and its manifest.
     *
     * @throws HoldfastException MANIFEST_MISSING if there is no such backup
     */
    public BackupStatus of(BackupId backup) {
        if (isDeleted(backup)) {
            return BackupStatus.DELETED;
        }
        return standing(backup, verdict(backup).orElse(null));
    }

    /**
     * Whether nothing is known against the rows that other backups have taken from this one. A deleted one has its proofs as
     * long as its grace period lasts; afterwards it is not sound. Reads as {@link #of}.
     */
    public boolean isSound(BackupId backup) {
        if (!committed.contains(backup)) {
            return false;
        }
        return isDeleted(backup)
                ? verdict(backup)
                        .filter(proof -> proof.outcome() == Proof.Outcome.FAILED)
                        .isEmpty()
                : of(backup).usable();
    }

    /**
     * The newest that is proven and was not taken for a restore to go back to: that holds what the restore was to get rid of,
     * and perhaps no more. Reads the proofs of newer ones, and its manifest.
     */
    public Optional<BackupId> newestProven() {
        return backups().stream()
                .filter(this::isProven)
                .filter(backup -> !isSafety(vault.objects().manifest(source, backup)))
                .findFirst();
    }

    private static boolean isSafety(Manifest manifest) {
        return manifest.contents().kind().equalsIgnoreCase(BackupKind.SAFETY.name());
    }

    private boolean isProven(BackupId backup) {
        return verdict(backup)
                .filter(verdict -> verdict.outcome() == Proof.Outcome.PROVEN)
                .filter(verdict -> standing(backup, verdict) == BackupStatus.PROVEN)
                .isPresent();
    }

    /**
     * The proof that counts: a contradiction by another backup; else the last that restored the backup or found it bad; else the
     * last that found its chunks well. One that does not open counts for nothing.
     */
    public Optional<Proof> verdict(BackupId backup) {
        return ProofEvaluator.of(proofsOf(backup));
    }

    private BackupStatus standing(BackupId backup, @Nullable Proof verdict) {
        try {
            Manifest manifest = vault.objects().manifest(source, backup);
            return ProofEvaluator.damaged(manifest, verdict, suspects)
                    ? BackupStatus.DAMAGED
                    : ProofEvaluator.standing(verdict);
        } catch (HoldfastException holdfastException) {
            if (!ObjectSealer.isUnreadable(holdfastException)) {
                throw holdfastException;
            }
            return BackupStatus.UNREADABLE;
        }
    }

    private List<Proof> proofsOf(BackupId backup) {
        List<Proof> opened = new ArrayList<>();
        for (String key : proofKeys(backup)) {
            opened(key).ifPresent(opened::add);
        }
        return opened.stream().sorted(Proof.ORDER).toList();
    }

    private Optional<Proof> opened(String key) {
        try {
            return vault.sealed().read(key, Proof.class);
        } catch (HoldfastException holdfastException) {
            if (!ObjectSealer.isUnreadable(holdfastException)) {
                throw holdfastException;
            }
            return Optional.empty();
        }
    }

    List<String> proofKeys(BackupId backup) {
        return proofs.getOrDefault(backup, List.of());
    }

    Set<ChunkObjectName> suspects() {
        return suspects;
    }

    private Map<BackupId, List<String>> listedProofs() {
        Map<BackupId, List<String>> keys = new HashMap<>();
        try (Stream<StoredObject> found = vault.store().list(VaultLayout.proofs(source))) {
            found.map(StoredObject::key)
                    .forEach(key -> VaultLayout.folderOf(VaultLayout.proofs(source), key)
                            .ifPresent(id -> keys.computeIfAbsent(id, b -> new ArrayList<>())
                                    .add(key)));
        }
        return keys;
    }
}
