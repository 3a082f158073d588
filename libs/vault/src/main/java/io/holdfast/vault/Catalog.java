package io.holdfast.vault;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.Failure;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.store.StoredObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Everything the vault knows of a source's backups: what a catalog is rebuilt from. */
final class Catalog {
    private final Vault vault;
    private final SourceId source;

    Catalog(Vault vault, SourceId source) {
        this.vault = vault;
        this.source = source;
    }

    /** Newest first; each entry is read when it is asked for, so that a vault of any size fits. */
    Stream<CatalogEntry> entries() {
        Set<BackupId> committed = new HashSet<>(vault.committed(source));
        Set<BackupId> buried = vault.tombstoned(source);
        Set<ChunkPlace> suspects = new Quarantine(vault, source).places();
        Map<BackupId, List<String>> proofs = proofs();
        Set<BackupId> all = new HashSet<>(committed);
        all.addAll(buried);
        return all.stream()
                .sorted(Comparator.reverseOrder())
                .map(id -> entry(id, buried.contains(id), proofs.getOrDefault(id, List.of()), suspects));
    }

    private CatalogEntry entry(BackupId id, boolean deleted, List<String> proofKeys, Set<ChunkPlace> suspects) {
        List<String> unreadable = new ArrayList<>();
        Manifest manifest = manifest(id, unreadable);
        List<Proof> proofs = new ArrayList<>();
        for (String key : proofKeys) {
            Proof proof = open(key, Proof.class, unreadable);
            if (proof != null) {
                proofs.add(proof);
            }
        }
        return new CatalogEntry(
                source,
                id,
                manifest,
                deleted,
                deleted ? open(Layout.tombstone(source, id), Tombstone.class, unreadable) : null,
                open(Layout.hold(source, id), Hold.class, unreadable),
                proofs,
                manifest != null
                        && manifest.chunks().stream().map(ChunkPlace::of).anyMatch(suspects::contains),
                unreadable);
    }

    private @Nullable Manifest manifest(BackupId id, List<String> unreadable) {
        try {
            return vault.findManifest(source, id).orElse(null);
        } catch (Failure failure) {
            passOver(failure, Layout.manifest(source, id), unreadable);
            return null;
        }
    }

    private <T> @Nullable T open(String key, Class<T> type, List<String> unreadable) {
        try {
            return vault.store()
                    .get(key)
                    .map(bytes -> vault.seal().open(key, bytes, type))
                    .orElse(null);
        } catch (Failure failure) {
            passOver(failure, key, unreadable);
            return null;
        }
    }

    private static void passOver(Failure failure, String key, List<String> unreadable) {
        if (!Seal.isUnreadable(failure)) {
            throw failure;
        }
        unreadable.add(key);
    }

    private Map<BackupId, List<String>> proofs() {
        Map<BackupId, List<String>> keys = new HashMap<>();
        try (Stream<StoredObject> found = vault.store().list(Layout.proofs(source))) {
            found.map(StoredObject::key).forEach(key -> {
                Optional<BackupId> backup = Layout.folderOf(Layout.proofs(source), key);
                backup.ifPresent(
                        id -> keys.computeIfAbsent(id, b -> new ArrayList<>()).add(key));
            });
        }
        return keys;
    }
}
