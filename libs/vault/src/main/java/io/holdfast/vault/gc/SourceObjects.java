package io.holdfast.vault.gc;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.core.DualClockInstant;
import io.holdfast.vault.core.VaultContext;
import io.holdfast.vault.crypto.ObjectSealer;
import io.holdfast.vault.format.Tombstone;
import io.holdfast.vault.format.VaultLayout;
import io.holdfast.vault.store.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a source has beside its chunks: which backups live, and which are over. Journals are listed and read before
 * manifests are listed: a writer commits before it discards its journal, so what is gone from the one is in the other.
 */
final class SourceObjects {
    private record Grave(Instant deletedAt, Instant modified) {}

    private final VaultContext vault;
    private final DualClockInstant dualClockInstant;
    private final Map<BackupId, Grave> graves = new HashMap<>();
    private final Map<BackupId, StoredObject> tombstones;
    private final Map<BackupId, StoredObject> manifests;
    private final Map<BackupId, StoredObject> holds;
    private final Map<BackupId, List<StoredObject>> journals = new HashMap<>();
    private final UploadJournalReader pages;

    SourceObjects(VaultContext vault, SourceId source, DualClockInstant dualClockInstant) {
        this.vault = vault;
        this.dualClockInstant = dualClockInstant;
        try (Stream<StoredObject> listed = vault.store().list(VaultLayout.journals(source))) {
            listed.forEach(page -> VaultLayout.journalled(source, page.key())
                    .ifPresent(id ->
                            journals.computeIfAbsent(id, b -> new ArrayList<>()).add(page)));
        }
        this.pages = UploadJournalReader.read(vault, journals);
        this.tombstones = listed(VaultLayout.tombstones(source));
        this.holds = listed(VaultLayout.holds(source));
        this.manifests = listed(VaultLayout.backups(source));
        tombstones.forEach(this::read);
    }

    /** A tombstone that does not open buries nobody. */
    private void read(BackupId backup, StoredObject object) {
        try {
            vault.sealed()
                    .read(object.key(), Tombstone.class)
                    .ifPresent(stone -> graves.put(backup, new Grave(stone.deletedAt(), object.modified())));
        } catch (HoldfastException holdfastException) {
            if (!ObjectSealer.isUnreadable(holdfastException)) {
                throw holdfastException;
            }
        }
    }

    Map<BackupId, StoredObject> manifests() {
        return manifests;
    }

    Map<BackupId, List<StoredObject>> journals() {
        return journals;
    }

    UploadJournalReader pages() {
        return pages;
    }

    /** Deleted so long ago that nobody can rely on it any more. */
    boolean over(BackupId backup) {
        return !holds.containsKey(backup) && buriedFor(backup, 1);
    }

    /** Whether the journal may still have told somebody of a chunk. */
    boolean journalOver(BackupId backup) {
        StoredObject manifest = manifests.get(backup);
        return over(backup)
                || (manifest != null
                        && dualClockInstant.since(vault.grace().length(), manifest.modified())
                        && journals.getOrDefault(backup, List.of()).stream().allMatch(this::old));
    }

    /** Never committed, and no page for longer than a writer can live. */
    List<BackupId> abandoned() {
        return journals.entrySet().stream()
                .filter(e -> !manifests.containsKey(e.getKey()) && !tombstones.containsKey(e.getKey()))
                .filter(e -> e.getValue().stream().allMatch(this::old))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    List<BackupId> over() {
        return graves.keySet().stream().filter(this::over).sorted().toList();
    }

    /** Tombstones of which nothing is left, and that no late writer can miss any more. */
    List<BackupId> forgotten() {
        return graves.keySet().stream()
                .filter(backup -> !manifests.containsKey(backup) && !journals.containsKey(backup))
                .filter(backup -> !holds.containsKey(backup) && buriedFor(backup, 2))
                .toList();
    }

    boolean old(StoredObject object) {
        return dualClockInstant.since(vault.grace().length(), object.modified());
    }

    private boolean buriedFor(BackupId backup, int graces) {
        return Optional.ofNullable(graves.get(backup))
                .filter(g -> dualClockInstant.since(
                        vault.grace().length().multipliedBy(graces), g.deletedAt(), g.modified()))
                .isPresent();
    }

    private Map<BackupId, StoredObject> listed(String prefix) {
        Map<BackupId, StoredObject> found = new HashMap<>();
        try (Stream<StoredObject> objects = vault.store().list(prefix)) {
            objects.forEach(object ->
                    VaultLayout.backupOf(prefix, object.key()).ifPresent(backup -> found.put(backup, object)));
        }
        return found;
    }
}
