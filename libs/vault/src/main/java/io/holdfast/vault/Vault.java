package io.holdfast.vault;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.store.ObjectStore;
import io.holdfast.vault.store.StoredObject;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An open vault. Safe for any number of threads and of processes on the same store: writers of different backups do not
 * hinder each other, and of two writers of one backup exactly one commits.
 *
 * <p>Every method blocks, and fails with a {@link Failure}: {@code VAULT_UNREACHABLE} and {@code VAULT_ACCESS_DENIED}
 * from any of them; others are named where they arise. A backup with a tombstone is not listed and not read.
 */
public final class Vault {
    private final ObjectStore store;
    private final UUID id;
    private final VaultKeys keys;
    private final Seal seal;

    Vault(ObjectStore store, UUID id, VaultKeys keys) {
        this.store = store;
        this.id = id;
        this.keys = keys;
        this.seal = new Seal(keys);
    }

    /**
     * Makes a vault on an empty prefix, or opens the one that is there. Two that do so at once get the same vault. An
     * interrupted making is completed by the next.
     *
     * @throws Failure VAULT_NOT_EMPTY on somebody else's objects; VAULT_KEY_WRONG if the vault there has another key;
     *     CONFIG_INVALID if the store does not honour conditional writes
     */
    public static Vault init(ObjectStore store, KeyEncryptionKey key) {
        return VaultInit.init(store, key);
    }

    /**
     * Opens a vault. The store stays the caller's to close, after everything that came from this vault.
     *
     * @throws Failure VAULT_MISSING, VAULT_UNKNOWN_FORMAT, VAULT_KEY_MISSING (a keyset is gone), VAULT_KEY_WRONG
     */
    public static Vault open(ObjectStore store, KeyEncryptionKey key) {
        VaultHeader header = VaultHeader.read(store)
                .orElseThrow(() -> Failure.of(
                        FailureCode.VAULT_MISSING,
                        "there is no vault at " + store.describe()
                                + "; make one with 'vault init', or correct bucket and prefix"));
        return new Vault(store, header.id(), VaultKeys.open(store, header.id(), key));
    }

    /** Minted with the vault: who finds another one at the same place looks at another vault. */
    public UUID id() {
        return id;
    }

    /** Where the vault is, for messages. */
    public String describe() {
        return store.describe();
    }

    /**
     * Starts to write a backup; reads what the vault already has of the source first.
     *
     * @throws Failure BACKUP_NOT_USABLE if that backup has been deleted
     */
    public BackupWriter write(SourceId source, BackupId backup, WriteOptions options) {
        refuseTombstoned(source, backup);
        return BackupWriter.start(this, source, backup, options);
    }

    /** Sources that have ever been written. */
    public List<SourceId> sources() {
        return store.folders(Layout.SOURCES).stream().map(SourceId::parse).toList();
    }

    /** A source's names; empty before its first backup. */
    public Optional<SourceRecord> source(SourceId source) {
        String key = Layout.source(source);
        return store.get(key).map(bytes -> seal.open(key, bytes, SourceRecord.class));
    }

    /** The source that has this name now, or else had it last. */
    public Optional<SourceId> findSource(String name) {
        return SourceNames.find(
                sources().stream().map(this::source).flatMap(Optional::stream).toList(), name);
    }

    /** The source's backups, newest first. */
    public List<BackupId> backups(SourceId source) {
        Set<BackupId> buried = ids(Layout.tombstones(source)).collect(Collectors.toSet());
        return ids(Layout.backups(source))
                .filter(backup -> !buried.contains(backup))
                .sorted(Comparator.reverseOrder())
                .toList();
    }

    /** @throws Failure MANIFEST_MISSING, MANIFEST_CORRUPT, BACKUP_NOT_USABLE (tombstoned), VAULT_UNKNOWN_FORMAT */
    public Manifest manifest(SourceId source, BackupId backup) {
        refuseTombstoned(source, backup);
        return findManifest(source, backup)
                .orElseThrow(() -> Failure.about(
                        backup.toString(),
                        FailureCode.MANIFEST_MISSING,
                        "backup " + backup + " of source " + source + " is not in vault " + describe()
                                + "; `holdfast backups` lists what is there"));
    }

    /** Reads a backup's data; fails as {@link #manifest} does. */
    public BackupReader reader(SourceId source, BackupId backup) {
        return new BackupReader(this, manifest(source, backup));
    }

    /** Looks at every chunk of a backup; what is wrong with them is in the report. Fails as {@link #manifest} does. */
    public CheckReport check(SourceId source, BackupId backup, CheckLevel level, Progress progress) {
        return new BackupCheck(this, manifest(source, backup), progress).run(level);
    }

    /** Keeps a verification's outcome beside the backup. Writing the same verification again replaces it. */
    public void putProof(Proof proof) {
        String key = Layout.proof(proof.source(), proof.backup(), proof.verification());
        store.put(key, seal.seal(key, proof));
    }

    /**
     * A backup's proofs, oldest first.
     *
     * @throws Failure MANIFEST_CORRUPT if one is not what the vault sealed
     */
    public List<Proof> proofs(SourceId source, BackupId backup) {
        try (Stream<StoredObject> found = store.list(Layout.proofs(source, backup))) {
            return found.map(StoredObject::key)
                    .flatMap(key -> store.get(key).map(bytes -> seal.open(key, bytes, Proof.class)).stream())
                    .sorted(Comparator.comparing(Proof::verification))
                    .toList();
        }
    }

    Optional<Manifest> findManifest(SourceId source, BackupId backup) {
        String key = Layout.manifest(source, backup);
        return store.get(key).map(bytes -> Manifests.checked(seal.open(key, bytes, Manifest.class), source, backup));
    }

    void refuseTombstoned(SourceId source, BackupId backup) {
        if (store.head(Layout.tombstone(source, backup)).isPresent()) {
            throw Failure.about(
                    backup.toString(),
                    FailureCode.BACKUP_NOT_USABLE,
                    "backup " + backup + " of source " + source + " has been deleted; choose another one");
        }
    }

    ObjectStore store() {
        return store;
    }

    VaultKeys keys() {
        return keys;
    }

    Seal seal() {
        return seal;
    }

    private Stream<BackupId> ids(String prefix) {
        try (Stream<StoredObject> found = store.list(prefix)) {
            return found
                    .map(object -> object.key().substring(prefix.length()))
                    .filter(name -> name.endsWith(Layout.JSON))
                    .map(name -> BackupId.parse(name.substring(0, name.length() - Layout.JSON.length())))
                    .toList()
                    .stream();
        }
    }
}
