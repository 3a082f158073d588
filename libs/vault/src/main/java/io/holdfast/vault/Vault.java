package io.holdfast.vault;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.VerificationId;
import io.holdfast.vault.check.BackupCheckReport;
import io.holdfast.vault.check.BackupChunkCheck;
import io.holdfast.vault.check.CheckLevel;
import io.holdfast.vault.check.ProgressListener;
import io.holdfast.vault.check.ReadShare;
import io.holdfast.vault.check.VaultCheck;
import io.holdfast.vault.check.VaultReport;
import io.holdfast.vault.chunk.Quarantine;
import io.holdfast.vault.chunk.ReadLease;
import io.holdfast.vault.core.GracePeriod;
import io.holdfast.vault.core.VaultContext;
import io.holdfast.vault.crypto.KeyEncryptionKey;
import io.holdfast.vault.crypto.KeysetRewrapper;
import io.holdfast.vault.crypto.VaultKeyProvider;
import io.holdfast.vault.file.SealedFiles;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.Hold;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.ManifestRules;
import io.holdfast.vault.format.Proof;
import io.holdfast.vault.format.QuarantinedChunk;
import io.holdfast.vault.format.SourceRecord;
import io.holdfast.vault.format.Tombstone;
import io.holdfast.vault.format.VaultHeader;
import io.holdfast.vault.format.VaultLayout;
import io.holdfast.vault.gc.BackupDeletion;
import io.holdfast.vault.gc.SweepReport;
import io.holdfast.vault.gc.VaultSweeper;
import io.holdfast.vault.read.BackupReader;
import io.holdfast.vault.status.BackupStatus;
import io.holdfast.vault.status.BackupStatusReader;
import io.holdfast.vault.status.CatalogEntry;
import io.holdfast.vault.status.VaultCatalogReader;
import io.holdfast.vault.status.VaultUsage;
import io.holdfast.vault.store.ObjectStore;
import io.holdfast.vault.store.StoredObject;
import io.holdfast.vault.write.BackupWriter;
import io.holdfast.vault.write.SourceNameStore;
import io.holdfast.vault.write.WriteOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * An open vault. Safe for any number of threads and of processes on the same store: writers of different backups do not
 * hinder each other, and of two writers of one backup exactly one commits.
 *
 * <p>Every method blocks, and fails with a {@link HoldfastException}: {@code VAULT_UNREACHABLE} and {@code VAULT_ACCESS_DENIED}
 * from any of them; others are named where they arise. A backup with a tombstone is not listed and not read.
 */
public final class Vault {
    private final VaultContext context;
    private final KeyEncryptionKey kek;

    Vault(ObjectStore store, UUID id, KeyEncryptionKey kek, VaultKeyProvider keys) {
        this(VaultContext.of(store, id, keys), kek);
    }

    private Vault(VaultContext context, KeyEncryptionKey kek) {
        this.context = context;
        this.kek = kek;
    }

    /**
     * Makes a vault on an empty prefix, or opens the one that is there. Two that do so at once get the same vault. An
     * interrupted making is completed by the next.
     *
     * @throws HoldfastException VAULT_NOT_EMPTY on somebody else's objects; VAULT_KEY_WRONG if the vault there has another key;
     *     CONFIG_INVALID if the store does not honour conditional writes
     */
    public static Vault init(ObjectStore store, KeyEncryptionKey key) {
        return VaultInit.init(store, key);
    }

    /**
     * Opens a vault. The store stays the caller's to close, after everything that came from this vault.
     *
     * @throws HoldfastException VAULT_MISSING, VAULT_UNKNOWN_FORMAT, VAULT_KEY_MISSING (a keyset is gone), VAULT_KEY_WRONG
     */
    public static Vault open(ObjectStore store, KeyEncryptionKey key) {
        VaultHeader header = header(store);
        return new Vault(store, header.id(), key, VaultKeyProvider.open(store, header.id(), key));
    }

    private static VaultHeader header(ObjectStore store) {
        return VaultHeader.read(store)
                .orElseThrow(() -> HoldfastException.of(
                        FailureCode.VAULT_MISSING,
                        "there is no vault at " + store.describe()
                                + "; make one with 'vault init', or correct bucket and prefix"));
    }

    /**
     * Wraps the vault's keysets with another key-encryption key, and removes them as the old one wrapped them: from then on
     * only the new one opens the vault. No backup is touched. One that died goes on when it is done again.
     *
     * @return how many keysets were wrapped; 0 if that was done before
     * @throws HoldfastException VAULT_MISSING; VAULT_KEY_WRONG if neither of the two opens it; CONFIG_INVALID if both are the same
     */
    public static int rewrap(ObjectStore store, KeyEncryptionKey old, KeyEncryptionKey next) {
        return new KeysetRewrapper(store, header(store).id(), old, next).run();
    }

    /**
     * The same vault with another grace than 48 hours: how long deleted backups' chunks stay, and twice as long as any
     * writer may take. All that use the vault, in whatever process, must have the same.
     */
    public Vault withGrace(Duration length) {
        return with(context.grace().length(length));
    }

    public Vault with(GracePeriod other) {
        return new Vault(context.with(other), kek);
    }

    /** What this vault's store does not do, and what is therefore not guaranteed, a sentence each. Tries it out. */
    public List<String> lacks() {
        return VaultInit.lacks(context.store());
    }

    /** The vault's keys, to rotate them and to see to their copy. */
    public VaultKeyAdministration keys() {
        return new VaultKeyAdministration(context, kek);
    }

    /** Minted with the vault: who finds another one at the same place looks at another vault. */
    public UUID id() {
        return context.id();
    }

    /** Where the vault is, for messages. */
    public String describe() {
        return context.store().describe();
    }

    /**
     * Starts to write a backup; reads what the vault already has of the source first.
     *
     * @throws HoldfastException BACKUP_NOT_USABLE if that backup has been deleted; CONFIG_INVALID if it may take half the grace
     */
    public BackupWriter write(SourceId source, BackupId backup, WriteOptions options) {
        context.keys().refresh(); // after a rotation nothing is written with the old keys any more
        context.objects().refuseTombstoned(source, backup);
        return BackupWriter.start(context, source, backup, options);
    }

    /** Sources that have ever been written. */
    public List<SourceId> sources() {
        return context.objects().sources();
    }

    /**
     * A source's names; empty before its first backup, and if its record does not open: the next backup writes it anew,
     * {@link #checkAll} tells of it.
     */
    public Optional<SourceRecord> source(SourceId source) {
        return SourceNameStore.read(context, source);
    }

    /** The source that has this name now, or else had it last. Sources whose names do not open are passed over. */
    public Optional<SourceId> findSource(String name) {
        return SourceNameStore.find(
                sources().stream().map(this::source).flatMap(Optional::stream).toList(), name);
    }

    /** The source's backups, newest first. */
    public List<BackupId> backups(SourceId source) {
        return context.objects().live(source);
    }

    /** @throws HoldfastException MANIFEST_MISSING, MANIFEST_CORRUPT, BACKUP_NOT_USABLE (tombstoned), VAULT_UNKNOWN_FORMAT */
    public Manifest manifest(SourceId source, BackupId backup) {
        return context.objects().liveManifest(source, backup);
    }

    /** Reads a backup's data; fails as {@link #manifest} does. */
    public BackupReader reader(SourceId source, BackupId backup) {
        ReadLease lease = ReadLease.start(context, source, backup);
        return new BackupReader(context, manifest(source, backup), lease);
    }

    /**
     * Looks at every chunk of a backup; what is wrong with them is in the report. A chunk that is not what was stored is
     * quarantined: no backup reuses it any more. One that reads well again is so no longer. Fails as {@link #manifest}
     * does.
     */
    public BackupCheckReport check(
            SourceId source, BackupId backup, CheckLevel level, ProgressListener progressListener) {
        ReadLease lease = ReadLease.start(context, source, backup);
        Manifest manifest = manifest(source, backup);
        return new BackupChunkCheck(context, manifest, manifest.chunks(), lease, progressListener).run(level);
    }

    /** The same of its definitions and of these tables' rows alone, by what the store says of their chunks. */
    public BackupCheckReport check(SourceId source, BackupId backup, Set<BackupContents.Name> tables) {
        ReadLease lease = ReadLease.start(context, source, backup);
        Manifest manifest = manifest(source, backup);
        return new BackupChunkCheck(
                        context, manifest, ManifestRules.chunks(manifest, tables), lease, ProgressListener.NONE)
                .run(CheckLevel.LISTED);
    }

    /**
     * Deletes a backup, or the unfinished rest of one: from now on it is not listed, read or reused. Its chunks go with a
     * {@link #sweep} after the grace. Deleting it again changes nothing.
     *
     * @param by who wants it, for people
     * @param reason why, for people
     * @throws HoldfastException REQUEST_CONFLICT if it is held; MANIFEST_MISSING if there is no such backup
     */
    public Tombstone delete(SourceId source, BackupId backup, String by, String reason) {
        if (!context.objects().tombstoned(source).contains(backup)
                && !context.objects().committed(source).contains(backup)) {
            manifest(source, backup);
        }
        return new BackupDeletion(context, source, backup).delete(by, reason);
    }

    /** Why and when a backup was deleted; empty if it was not, or is forgotten. */
    public Optional<Tombstone> tombstone(SourceId source, BackupId backup) {
        return new BackupDeletion(context, source, backup).tombstone();
    }

    /**
     * Keeps a backup from being deleted until it is released. Of two holds the first one counts.
     *
     * @throws HoldfastException BACKUP_NOT_USABLE if it is deleted already; as {@link #manifest}
     */
    public Hold hold(SourceId source, BackupId backup, String by, String reason) {
        return new BackupDeletion(context, source, backup).hold(by, reason);
    }

    /** Ends a hold; without one nothing happens. */
    public void release(SourceId source, BackupId backup) {
        new BackupDeletion(context, source, backup).release();
    }

    public Optional<Hold> held(SourceId source, BackupId backup) {
        return new BackupDeletion(context, source, backup).held();
    }

    /** How the source's backups stand now: which is the newest proven one, which are held. Costs five listings. */
    public BackupStatusReader standings(SourceId source) {
        return new BackupStatusReader(context, source);
    }

    /**
     * What a backup is good for now, all considered: its manifest, its proofs, what is in quarantine, whether it is deleted.
     * To choose one of many, make {@link #standings} once.
     *
     * @throws HoldfastException MANIFEST_MISSING if there is no such backup
     */
    public BackupStatus standing(SourceId source, BackupId backup) {
        return standings(source).of(backup);
    }

    /** The source's chunks that failed a check. A backup that lists one of them is damaged, whatever its proofs say. */
    public List<QuarantinedChunk> quarantined(SourceId source) {
        return new Quarantine(context, source).all();
    }

    /**
     * Everything the vault knows of a source's backups, deleted ones too, newest first: what a catalog is rebuilt from.
     * Entries are read as they are consumed, one at a time. What does not open is named in its entry and fails nothing.
     */
    public Stream<CatalogEntry> catalog(SourceId source) {
        return new VaultCatalogReader(context, source).entries();
    }

    /**
     * Looks at everything in the vault: do all sealed objects open, are all chunks there, and nothing else; and reads a
     * share of the chunks. Corrupt ones are quarantined, as {@link #check} does. May run while backups are written.
     */
    public VaultReport checkAll(ReadShare share, ProgressListener progressListener) {
        return new VaultCheck(context, share).run(progressListener);
    }

    /**
     * Removes what belongs to backups that were deleted, or given up unfinished, longer ago than the grace. May run while
     * backups are written and read, more than once at a time, and be stopped anywhere.
     *
     * @param dry only says what it would do
     */
    public SweepReport sweep(SourceId source, boolean dry) {
        return new VaultSweeper(context, source, dry).run();
    }

    /** Counts a source's objects. Costs one listing of all of them, as a {@link #sweep} does. */
    public VaultUsage usage(SourceId source) {
        long[] sum = new long[2];
        try (Stream<StoredObject> listed = context.store().list(VaultLayout.everything(source))) {
            listed.forEach(object -> {
                sum[0]++;
                sum[1] += object.size();
            });
        }
        return new VaultUsage(sum[0], sum[1]);
    }

    /** Keeps a verification's outcome beside the backup. Writing the same verification again replaces it. */
    public void putProof(Proof proof) {
        String key = VaultLayout.proof(proof.source(), proof.backup(), proof.verification());
        context.store().put(key, context.sealer().seal(key, proof));
    }

    /**
     * Returns the proof of one verification; empty if there is none.
     *
     * @throws HoldfastException MANIFEST_CORRUPT if it is not what the vault sealed
     */
    public Optional<Proof> proof(SourceId source, BackupId backup, VerificationId verification) {
        return context.objects().proof(source, backup, verification);
    }

    /**
     * A backup's proofs, that which was finished first first.
     *
     * @throws HoldfastException MANIFEST_CORRUPT if one is not what the vault sealed
     */
    public List<Proof> proofs(SourceId source, BackupId backup) {
        return context.objects().proofs(source, backup);
    }

    /** The source's WAL segments, their indexes and its base backups. */
    public SealedFiles wal(SourceId source) {
        context.keys().refresh(); // after a rotation nothing is written with the old keys any more
        return new SealedFiles(context, VaultLayout.wal(source));
    }

    public VaultContext context() {
        return context;
    }
}
