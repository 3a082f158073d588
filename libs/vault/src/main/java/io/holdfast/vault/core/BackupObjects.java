package io.holdfast.vault.core;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.VerificationId;
import io.holdfast.vault.crypto.SealedObjectReader;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.ManifestRules;
import io.holdfast.vault.format.Proof;
import io.holdfast.vault.format.StoredChunk;
import io.holdfast.vault.format.VaultLayout;
import io.holdfast.vault.store.ObjectStore;
import io.holdfast.vault.store.StoredObject;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What lies in the vault of a source's backups, object by object. */
public final class BackupObjects {
    private final ObjectStore store;
    private final SealedObjectReader sealed;

    BackupObjects(ObjectStore store, SealedObjectReader sealed) {
        this.store = store;
        this.sealed = sealed;
    }

    /** With a tombstone or without. */
    public Optional<Manifest> find(SourceId source, BackupId backup) {
        String key = VaultLayout.manifest(source, backup);
        return sealed.read(key, Manifest.class).map(manifest -> ManifestRules.checked(manifest, source, backup));
    }

    /** The same, failing with MANIFEST_MISSING. */
    public Manifest manifest(SourceId source, BackupId backup) {
        return find(source, backup)
                .orElseThrow(() -> HoldfastException.about(
                        backup.toString(),
                        FailureCode.MANIFEST_MISSING,
                        "backup " + backup + " of source " + source + " is not in vault " + store.describe()
                                + "; `holdfast backups` lists what is there"));
    }

    /** The object of a chunk; no more of it than shows that it is too long, whatever somebody put there. */
    public Optional<byte[]> chunk(SourceId source, StoredChunk chunk) {
        return store.get(VaultLayout.chunk(source, chunk), 0, chunk.stored() + 1);
    }

    public void refuseTombstoned(SourceId source, BackupId backup) {
        if (store.head(VaultLayout.tombstone(source, backup)).isPresent()) {
            throw HoldfastException.about(
                    backup.toString(),
                    FailureCode.BACKUP_NOT_USABLE,
                    "backup " + backup + " of source " + source + " has been deleted; choose another one");
        }
    }

    /** With those that have a tombstone; newest first. */
    public List<BackupId> committed(SourceId source) {
        return ids(VaultLayout.backups(source)).stream()
                .sorted(Comparator.reverseOrder())
                .toList();
    }

    public Set<BackupId> tombstoned(SourceId source) {
        return ids(VaultLayout.tombstones(source));
    }

    public Set<BackupId> held(SourceId source) {
        return ids(VaultLayout.holds(source));
    }

    /** In the order in which they were finished. */
    public List<Proof> proofs(SourceId source, BackupId backup) {
        try (Stream<StoredObject> found = store.list(VaultLayout.proofs(source, backup))) {
            return found.map(StoredObject::key)
                    .flatMap(key -> sealed.read(key, Proof.class).stream())
                    .sorted(Proof.ORDER)
                    .toList();
        }
    }

    /** The proof of one verification; empty if the vault has none. */
    public Optional<Proof> proof(SourceId source, BackupId backup, VerificationId verification) {
        return sealed.read(VaultLayout.proof(source, backup, verification), Proof.class)
                .filter(proof -> proof.source().equals(source)
                        && proof.backup().equals(backup)
                        && proof.verification().equals(verification));
    }

    private Set<BackupId> ids(String prefix) {
        try (Stream<StoredObject> found = store.list(prefix)) {
            return found.flatMap(object -> VaultLayout.backupOf(prefix, object.key()).stream())
                    .collect(Collectors.toSet());
        }
    }

    /** Sources that were ever written. */
    public List<SourceId> sources() {
        return store.folders(VaultLayout.SOURCES).stream()
                .flatMap(name -> VaultLayout.sourceId(name).stream())
                .toList();
    }

    /** The source's backups without a tombstone, newest first. */
    public List<BackupId> live(SourceId source) {
        Set<BackupId> tombstoned = tombstoned(source);
        return committed(source).stream()
                .filter(backup -> !tombstoned.contains(backup))
                .toList();
    }

    /** @throws HoldfastException as {@link #manifest} and {@link #refuseTombstoned} */
    public Manifest liveManifest(SourceId source, BackupId backup) {
        refuseTombstoned(source, backup);
        return manifest(source, backup);
    }
}
