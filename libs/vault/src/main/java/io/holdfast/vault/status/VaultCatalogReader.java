package io.holdfast.vault.status;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.core.VaultContext;
import io.holdfast.vault.crypto.ObjectSealer;
import io.holdfast.vault.format.Hold;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.Proof;
import io.holdfast.vault.format.Tombstone;
import io.holdfast.vault.format.VaultLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Everything the vault knows of a source's backups: what a catalog is rebuilt from. */
public final class VaultCatalogReader {
    private final VaultContext vault;
    private final SourceId source;

    public VaultCatalogReader(VaultContext vault, SourceId source) {
        this.vault = vault;
        this.source = source;
    }

    /** Newest first; each entry is read when it is asked for, so that a vault of any size fits. */
    public Stream<CatalogEntry> entries() {
        BackupStatusReader backupStatusReader = new BackupStatusReader(vault, source);
        return backupStatusReader.all().stream().map(id -> entry(id, backupStatusReader));
    }

    private CatalogEntry entry(BackupId id, BackupStatusReader backupStatusReader) {
        List<String> unreadable = new ArrayList<>();
        Manifest manifest = manifest(id, unreadable);
        List<Proof> proofs = new ArrayList<>();
        for (String key : backupStatusReader.proofKeys(id)) {
            Proof proof = open(key, Proof.class, unreadable);
            if (proof != null) {
                proofs.add(proof);
            }
        }
        proofs.sort(Proof.ORDER);
        boolean deleted = backupStatusReader.isDeleted(id);
        return new CatalogEntry(
                source,
                id,
                manifest,
                deleted,
                deleted ? open(VaultLayout.tombstone(source, id), Tombstone.class, unreadable) : null,
                backupStatusReader.isHeld(id) ? open(VaultLayout.hold(source, id), Hold.class, unreadable) : null,
                proofs,
                manifest != null
                        && ProofEvaluator.damaged(
                                manifest, ProofEvaluator.of(proofs).orElse(null), backupStatusReader.suspects()),
                unreadable);
    }

    private @Nullable Manifest manifest(BackupId id, List<String> unreadable) {
        try {
            return vault.objects().find(source, id).orElse(null);
        } catch (HoldfastException holdfastException) {
            passOver(holdfastException, VaultLayout.manifest(source, id), unreadable);
            return null;
        }
    }

    private <T> @Nullable T open(String key, Class<T> type, List<String> unreadable) {
        try {
            return vault.sealed().read(key, type).orElse(null);
        } catch (HoldfastException holdfastException) {
            passOver(holdfastException, key, unreadable);
            return null;
        }
    }

    private static void passOver(HoldfastException holdfastException, String key, List<String> unreadable) {
        if (!ObjectSealer.isUnreadable(holdfastException)) {
            throw holdfastException;
        }
        unreadable.add(key);
    }
}
