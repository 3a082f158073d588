package io.holdfast.wal;

import io.holdfast.vault.file.SealedFiles;
import io.holdfast.vault.store.StoredObject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which base backups of a server exist. One exists from its document on until it has a tombstone, which is written before
 * the document is deleted: a listing in the order of keys finds at least one of the two.
 */
final class BaseDocuments {
    static final String FOLDER = "bases/";
    private static final String DOCUMENT = ".json";
    private static final String TOMBSTONE = ".removed";

    private final SealedFiles files;

    /** @param files of one server */
    BaseDocuments(SealedFiles files) {
        this.files = files;
    }

    /**
     * Content of a tombstone.
     *
     * @param at by the clock of the machine that wrote it
     */
    record Removal(Instant at, BaseBackup base) {}

    /** @param stored when the tombstone was last written, by the store's clock */
    record Removed(BaseBackup base, Instant at, Instant stored) {}

    /** @param existing the oldest first */
    record Listed(List<BaseBackup> existing, List<Removed> removed) {}

    /** @throws io.holdfast.contracts.HoldfastException MANIFEST_CORRUPT, VAULT_UNKNOWN_FORMAT if one cannot be read */
    List<BaseBackup> existing() {
        return existing(files.listDirectly(FOLDER));
    }

    /** As {@link #existing}, with the tombstones. */
    Listed all() {
        List<StoredObject> objects = files.listDirectly(FOLDER);
        List<Removed> removed = objects.stream()
                .filter(object -> object.key().endsWith(TOMBSTONE))
                .flatMap(object -> files.document(object.key(), Removal.class).stream()
                        .map(removal -> new Removed(removal.base(), removal.at(), object.modified())))
                .toList();
        return new Listed(existing(objects), removed);
    }

    private List<BaseBackup> existing(List<StoredObject> objects) {
        Set<String> removed = new HashSet<>();
        objects.stream()
                .filter(object -> object.key().endsWith(TOMBSTONE))
                .forEach(object -> removed.add(id(object, TOMBSTONE)));
        return objects.stream()
                .filter(object -> object.key().endsWith(DOCUMENT) && !removed.contains(id(object, DOCUMENT)))
                .flatMap(object -> files.document(object.key(), BaseBackup.class).stream())
                .sorted(Comparator.comparing(BaseBackup::id))
                .toList();
    }

    private static String id(StoredObject object, String suffix) {
        return object.key().substring(FOLDER.length(), object.key().length() - suffix.length());
    }

    void add(BaseBackup base) {
        files.putDocument(FOLDER + base.id() + DOCUMENT, base);
    }

    /** Repeated, it changes nothing. */
    void remove(BaseBackup base, InstantSource clock) {
        String tombstone = FOLDER + base.id() + TOMBSTONE;
        if (files.head(tombstone).isEmpty()) {
            files.putDocument(tombstone, new Removal(clock.instant(), base));
        }
        completeRemoval(base);
    }

    /** Deletes what a process that died left beside the tombstone. */
    void completeRemoval(BaseBackup base) {
        files.delete(FOLDER + base.id() + DOCUMENT);
        new RecoveryProofs(files).remove(base);
    }

    /** When nothing else of the base backup is left. */
    void forget(BaseBackup base) {
        files.delete(FOLDER + base.id() + TOMBSTONE);
    }
}
