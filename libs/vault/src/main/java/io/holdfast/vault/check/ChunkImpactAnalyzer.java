package io.holdfast.vault.check;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.check.VaultReport.Affected;
import io.holdfast.vault.check.VaultReport.Kind;
import io.holdfast.vault.check.VaultReport.Problem;
import io.holdfast.vault.core.VaultContext;
import io.holdfast.vault.crypto.ObjectSealer;
import io.holdfast.vault.format.ChunkFault;
import io.holdfast.vault.format.ChunkId;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.ManifestRules;
import io.holdfast.vault.format.StoredChunk;
import io.holdfast.vault.format.VaultLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which backups and tables bad chunks are needed for: by a second look at the manifests, which most checks never need. */
final class ChunkImpactAnalyzer {
    private final VaultContext vault;
    private final SourceId source;
    private final Map<StoredChunk, ChunkFault> faults;
    private final Map<StoredChunk, List<Affected>> affected = new HashMap<>();

    ChunkImpactAnalyzer(VaultContext vault, SourceId source, Map<StoredChunk, ChunkFault> faults) {
        this.vault = vault;
        this.source = source;
        this.faults = faults;
    }

    List<Problem> problems() {
        if (faults.isEmpty()) {
            return List.of();
        }
        vault.objects().live(source).forEach(this::look);
        return affected.keySet().stream()
                .sorted(Comparator.comparing(chunk -> VaultLayout.chunk(source, chunk)))
                .map(this::problem)
                .toList();
    }

    private void look(BackupId backup) {
        try {
            vault.objects().find(source, backup).ifPresent(this::look);
        } catch (HoldfastException holdfastException) {
            if (!ObjectSealer.isUnreadable(holdfastException)) {
                throw holdfastException;
            }
        }
    }

    private void look(Manifest manifest) {
        List<StoredChunk> bad =
                manifest.chunks().stream().filter(faults::containsKey).toList();
        if (bad.isEmpty()) {
            return;
        }
        Map<ChunkId, List<String>> owners = ManifestRules.owners(manifest);
        bad.forEach(chunk -> affected.computeIfAbsent(chunk, c -> new ArrayList<>())
                .add(new Affected(manifest.backup(), owners.getOrDefault(chunk.id(), List.of()))));
    }

    private Problem problem(StoredChunk chunk) {
        List<Affected> of = affected.getOrDefault(chunk, List.of());
        Kind kind = kind(chunk);
        String what = switch (kind) {
            case MISSING -> "is missing";
            case WRONG_SIZE -> "has not the size it was stored with";
            default -> "is not what was stored";
        };
        return new Problem(
                kind,
                source,
                VaultLayout.chunk(source, chunk),
                "chunk " + chunk.id() + " " + what + "; " + of.size()
                        + (of.size() == 1 ? " backup needs" : " backups need")
                        + " it: bring it back from a copy of the bucket, or take a new backup, which writes it again",
                of);
    }

    private Kind kind(StoredChunk chunk) {
        return switch (faults.getOrDefault(chunk, ChunkFault.CORRUPT)) {
            case MISSING -> Kind.MISSING;
            case WRONG_SIZE -> Kind.WRONG_SIZE;
            case CORRUPT -> Kind.CORRUPT;
        };
    }
}
