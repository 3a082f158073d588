package io.holdfast.vault.format;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Rules of manifests. */
public final class ManifestRules {
    private ManifestRules() {}

    /** The manifest, if it is of the backup that its place says and of a format this version reads. */
    public static Manifest checked(Manifest manifest, SourceId source, BackupId backup) {
        if (manifest.format() != Manifest.FORMAT) {
            throw HoldfastException.about(
                    backup.toString(),
                    FailureCode.VAULT_UNKNOWN_FORMAT,
                    "backup " + backup + " has format " + manifest.format() + ", this version reads " + Manifest.FORMAT
                            + "; use a newer Holdfast");
        }
        if (!manifest.source().equals(source) || !manifest.backup().equals(backup)) {
            throw HoldfastException.about(
                    backup.toString(),
                    FailureCode.MANIFEST_CORRUPT,
                    "the manifest of backup " + backup + " speaks of backup " + manifest.backup() + " of source "
                            + manifest.source());
        }
        return manifest;
    }

    /** The chunks of its definitions and of these tables' rows. */
    public static List<StoredChunk> chunks(Manifest manifest, Set<BackupContents.Name> tables) {
        BackupContents backupContents = manifest.contents();
        Set<ChunkId> needed = Stream.concat(
                        backupContents.schema().extents().stream(),
                        backupContents.tables().stream()
                                .filter(table -> tables.contains(table.name()))
                                .flatMap(table -> table.extents().stream()))
                .map(Extent::chunk)
                .collect(Collectors.toSet());
        return manifest.chunks().stream()
                .filter(chunk -> needed.contains(chunk.id()))
                .toList();
    }

    /** Each chunk with the names of what needs it. */
    public static Map<ChunkId, List<String>> owners(Manifest manifest) {
        Map<ChunkId, List<String>> owners = new LinkedHashMap<>();
        manifest.contents().extents().forEach(owned -> {
            List<String> names = owners.computeIfAbsent(owned.extent().chunk(), id -> new ArrayList<>());
            if (names.isEmpty() || !names.getLast().equals(owned.owner())) {
                names.add(owned.owner());
            }
        });
        return owners;
    }
}
