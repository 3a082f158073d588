package io.holdfast.vault.gc;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.core.DualClockInstant;
import io.holdfast.vault.core.VaultContext;
import io.holdfast.vault.format.Hold;
import io.holdfast.vault.format.Tombstone;
import io.holdfast.vault.format.VaultLayout;
import io.holdfast.vault.store.ObjectStore;
import io.holdfast.vault.store.StoredObject;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Deleting backups, and keeping them from being deleted. */
public final class BackupDeletion {
    private final VaultContext vault;
    private final SourceId source;
    private final BackupId backup;

    public BackupDeletion(VaultContext vault, SourceId source, BackupId backup) {
        this.vault = vault;
        this.source = source;
        this.backup = backup;
    }

    /**
     * A hold that comes meanwhile wins: whoever of the two wrote later sees the other. Both may then give way, and the
     * backup stays.
     */
    public Tombstone delete(String by, String reason) {
        refuseHeld();
        Tombstone tombstone = bury(by, reason);
        refuseHeld();
        return tombstone;
    }

    /** Writes the tombstone unless there is one. */
    public Tombstone bury(String by, String reason) {
        String key = VaultLayout.tombstone(source, backup);
        Tombstone fresh = new Tombstone(source, backup, vault.grace().clock().instant(), by, reason);
        return store().putIfAbsent(key, vault.sealer().seal(key, fresh))
                ? fresh
                : tombstone().orElse(fresh);
    }

    /**
     * Buries a backup that nobody finishes any more. A writer that took it up meanwhile wins: whoever of the two wrote
     * later sees the other. Of both seeing each other the writer fails, and what it committed stays.
     *
     * @param old whether an object is older than any writer can be
     * @return whether it is buried
     */
    boolean buryAbandoned(Predicate<StoredObject> old) {
        String key = VaultLayout.tombstone(source, backup);
        Tombstone fresh = new Tombstone(
                source, backup, vault.grace().clock().instant(), "sweep", "never committed, and its writer is gone");
        if (store().putIfAbsent(key, vault.sealer().seal(key, fresh)) && isTakenUp(old)) {
            withdraw();
            return false;
        }
        return true;
    }

    private boolean isTakenUp(Predicate<StoredObject> old) {
        try (Stream<StoredObject> pages = store().list(VaultLayout.journal(source, backup))) {
            return pages.anyMatch(old.negate())
                    || store().head(VaultLayout.manifest(source, backup)).isPresent();
        }
    }

    public Optional<Tombstone> tombstone() {
        return opened(VaultLayout.tombstone(source, backup), Tombstone.class);
    }

    /** The hold that counts: an earlier one stays. */
    public Hold hold(String by, String reason) {
        vault.objects().liveManifest(source, backup);
        Hold fresh = new Hold(source, backup, vault.grace().clock().instant(), by, reason);
        boolean ours = store().putIfAbsent(hold(), vault.sealer().seal(hold(), fresh));
        if (store().head(VaultLayout.tombstone(source, backup)).isPresent()) {
            if (ours) {
                store().delete(hold());
            }
            vault.objects().refuseTombstoned(source, backup);
        }
        return ours ? fresh : held().orElse(fresh);
    }

    public void release() {
        store().delete(hold());
    }

    public Optional<Hold> held() {
        return opened(hold(), Hold.class);
    }

    /** Only while no sweep can have acted on it: a tombstone that stays beside a hold does no harm either. */
    private void withdraw() {
        String key = VaultLayout.tombstone(source, backup);
        store().head(key).ifPresent(there -> {
            if (DualClockInstant.of(vault).within(vault.grace().length().dividedBy(2), there.modified())) {
                store().delete(key);
            }
        });
    }

    /** One that does not open holds as well: it was one. */
    private void refuseHeld() {
        if (store().head(hold()).isPresent()) {
            withdraw();
            throw HoldfastException.about(
                    backup.toString(),
                    FailureCode.REQUEST_CONFLICT,
                    "backup " + backup + " of source " + source + " is held and is not deleted; release it first");
        }
    }

    private <T> Optional<T> opened(String key, Class<T> type) {
        return vault.sealed().read(key, type);
    }

    private String hold() {
        return VaultLayout.hold(source, backup);
    }

    private ObjectStore store() {
        return vault.store();
    }
}
