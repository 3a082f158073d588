package io.holdfast.wal;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.file.SealedFiles;
import io.holdfast.vault.store.StoredObject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which base backups of a server exist. One exists from its document on until it has a tombstone, which is written before
 * the document is deleted: a listing in the order of keys finds at least one of the two.
 */
final class BaseDocuments {
    static final String FOLDER = "bases/";

    /** Of pieces and lists, a folder for each base backup. Earlier versions of Holdfast do not know it, and delete nothing in it. */
    static final String PIECES = "pieces/";

    private static final String DOCUMENT = ".json";
    private static final String TOMBSTONE = ".removed";

    private static final int ATTEMPTS = 10;
    private static final Logger LOG = LoggerFactory.getLogger(BaseDocuments.class);

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

    /**
     * @param stored when the tombstone was last written, by the store's clock
     * @param incomplete whether its document is still there
     */
    record Removed(BaseBackup base, Instant at, Instant stored, boolean incomplete) {}

    /** @param existing the oldest first */
    record Listed(List<BaseBackup> existing, List<Removed> removed) {}

    /** @throws HoldfastException MANIFEST_CORRUPT, VAULT_UNKNOWN_FORMAT if one cannot be read */
    List<BaseBackup> existing() {
        return consistent(this::existing);
    }

    /** As {@link #existing}, with the tombstones. */
    Listed all() {
        return consistent(objects -> {
            List<Removed> removed = new ArrayList<>();
            for (StoredObject object : objects) {
                if (object.key().endsWith(TOMBSTONE)) {
                    Removal removal = read(object, Removal.class);
                    removed.add(new Removed(removal.base(), removal.at(), object.modified(), has(objects, object)));
                }
            }
            return new Listed(existing(objects), removed);
        });
    }

    /** One that disappears between the listing and its reading has got a tombstone, which the listing may lack: so it is listed again. */
    private <T> T consistent(Function<List<StoredObject>, T> reading) {
        for (int i = 0; i < ATTEMPTS; i++) {
            try {
                return reading.apply(files.list(FOLDER));
            } catch (Disappeared e) {
                LOG.debug("{} is listed again", files.describe());
            }
        }
        throw HoldfastException.of(
                FailureCode.WAL_CONFLICT,
                "base backups in " + files.describe() + " are removed all the time; is more than one process at work?");
    }

    private static final class Disappeared extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private <T> T read(StoredObject object, Class<T> type) {
        return files.document(object.key(), type).orElseThrow(Disappeared::new);
    }

    private static boolean has(List<StoredObject> objects, StoredObject tombstone) {
        String document = FOLDER + id(tombstone, TOMBSTONE) + DOCUMENT;
        return objects.stream().anyMatch(object -> object.key().equals(document));
    }

    private List<BaseBackup> existing(List<StoredObject> objects) {
        Set<String> removed = new HashSet<>();
        objects.stream()
                .filter(object -> object.key().endsWith(TOMBSTONE))
                .forEach(object -> removed.add(id(object, TOMBSTONE)));
        return objects.stream()
                .filter(object -> object.key().endsWith(DOCUMENT) && !removed.contains(id(object, DOCUMENT)))
                .map(object -> read(object, BaseBackup.class))
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

    /** Deletes the document and the proof that a crash left beside the tombstone. */
    void completeRemoval(BaseBackup base) {
        files.delete(FOLDER + base.id() + DOCUMENT);
        new RecoveryProofs(files).remove(base);
    }

    /** When nothing else of the base backup is left. */
    void forget(BaseBackup base) {
        files.delete(FOLDER + base.id() + TOMBSTONE);
    }
}
