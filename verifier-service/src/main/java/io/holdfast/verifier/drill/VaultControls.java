package io.holdfast.verifier.drill;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.drill.CheckNames;
import io.holdfast.vault.Vault;
import io.holdfast.vault.check.BackupCheckReport;
import io.holdfast.vault.check.BackupChunkCheck;
import io.holdfast.vault.check.CheckLevel;
import io.holdfast.vault.check.ProgressListener;
import io.holdfast.vault.chunk.ReadLease;
import io.holdfast.vault.core.VaultContext;
import io.holdfast.vault.format.Manifest;
import io.holdfast.vault.format.StoredChunk;
import io.holdfast.vault.format.VaultLayout;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Negative controls of the vault's checks, on copies of objects in memory: the smallest chunks, and the manifest. */
final class VaultControls {
    private static final String GONE = "the object is not in the vault; its content was read from another upload";

    private final Vault vault;
    private final Manifest manifest;
    private final List<StoredChunk> chunks;

    VaultControls(Vault vault, Manifest manifest) {
        this.vault = vault;
        this.manifest = manifest;
        this.chunks = manifest.chunks().stream()
                .sorted(Comparator.comparingInt(StoredChunk::stored))
                .limit(2)
                .toList();
    }

    List<ControlResult> run() {
        return List.of(flipped(), swapped(), altered());
    }

    private ControlResult flipped() {
        String name = "one chunk byte flipped";
        if (chunks.isEmpty()) {
            return ControlResult.notRun(name, CheckNames.DOWNLOAD, "the backup has no chunk");
        }
        StoredChunk chunk = chunks.getFirst();
        return object(key(chunk))
                .map(bytes -> chunk(name, chunk, with(key(chunk), flipped(bytes))))
                .orElseGet(() -> ControlResult.notRun(name, CheckNames.DOWNLOAD, GONE));
    }

    private ControlResult swapped() {
        String name = "one chunk swapped with another";
        if (chunks.size() < 2) {
            return ControlResult.notRun(name, CheckNames.DOWNLOAD, "the backup has one chunk only");
        }
        StoredChunk chunk = chunks.getFirst();
        return object(key(chunks.getLast()))
                .map(other -> chunk(name, chunk, with(key(chunk), other)))
                .orElseGet(() -> ControlResult.notRun(name, CheckNames.DOWNLOAD, GONE));
    }

    private static byte[] flipped(byte[] bytes) {
        byte[] flipped = bytes.clone();
        flipped[flipped.length / 2] ^= 1;
        return flipped;
    }

    private TamperedStore with(String key, byte[] bytes) {
        return new TamperedStore(vault.context().store()).with(key, bytes);
    }

    private ControlResult chunk(String name, StoredChunk chunk, TamperedStore store) {
        VaultContext tampered = tampered(store);
        ReadLease lease = ReadLease.start(tampered, manifest.source(), manifest.backup());
        BackupCheckReport report = new BackupChunkCheck(
                        tampered, manifest, List.of(chunk), lease, ProgressListener.NONE)
                .run(CheckLevel.READ);
        // read from another writing of the same content: the damage was noticed all the same
        boolean found = !report.intact() || !report.replaced().isEmpty();
        return found
                ? ControlResult.found(name, CheckNames.DOWNLOAD, "chunk " + chunk.id() + " is corrupt")
                : ControlResult.missed(name, CheckNames.DOWNLOAD, "chunk " + chunk.id() + " reads as if it were sound");
    }

    private ControlResult altered() {
        String name = "one manifest line altered";
        String key = VaultLayout.manifest(manifest.source(), manifest.backup());
        return object(key)
                .map(bytes -> altered(name, with(key, flipped(bytes))))
                .orElseGet(() -> ControlResult.notRun(name, DrillChecks.MANIFEST, GONE));
    }

    private ControlResult altered(String name, TamperedStore store) {
        try {
            tampered(store).objects().liveManifest(manifest.source(), manifest.backup());
            return ControlResult.missed(name, DrillChecks.MANIFEST, "the manifest reads as if it were sound");
        } catch (HoldfastException holdfastException) {
            if (holdfastException.code() != FailureCode.MANIFEST_CORRUPT) {
                throw holdfastException;
            }
            return ControlResult.found(name, DrillChecks.MANIFEST, "the manifest is corrupt");
        }
    }

    private VaultContext tampered(TamperedStore store) {
        VaultContext context = vault.context();
        return VaultContext.of(store, context.id(), context.keys()).with(context.grace());
    }

    private String key(StoredChunk chunk) {
        return VaultLayout.chunk(manifest.source(), chunk);
    }

    private Optional<byte[]> object(String key) {
        return vault.context().store().get(key).filter(bytes -> bytes.length > 0);
    }
}
