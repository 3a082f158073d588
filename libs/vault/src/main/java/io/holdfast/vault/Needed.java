package io.holdfast.vault;

import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.Failure;
import io.holdfast.contracts.SourceId;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/** The chunks of a source that somebody may rely on: those of every manifest and journal that is not over. */
final class Needed {
    private final Vault vault;
    private final SourceId source;
    private final Set<ChunkPlace> places = new HashSet<>();
    private final Queue<String> obstacles = new ConcurrentLinkedQueue<>();

    private Needed(Vault vault, SourceId source) {
        this.vault = vault;
        this.source = source;
    }

    static Needed read(Vault vault, SourceId source, Estate estate) {
        Needed needed = new Needed(vault, source);
        List<BackupId> manifests = estate.manifests().keySet().stream()
                .filter(backup -> !estate.over(backup))
                .toList();
        AtOnce.each(manifests, AtOnce.REQUESTS, "reading manifests", needed::readManifest);
        estate.journals().keySet().stream()
                .filter(backup -> !estate.journalOver(backup))
                .forEach(backup -> {
                    needed.places.addAll(estate.pages().places(backup));
                    needed.obstacles.addAll(estate.pages().unreadable(backup));
                });
        return needed;
    }

    boolean contains(ChunkPlace place) {
        return places.contains(place);
    }

    /** What is relied on and is not listed, or in quarantine: its content may be had from another writing only. */
    Set<ChunkId> bad(Set<ChunkPlace> listed, Set<ChunkPlace> suspects) {
        return places.stream()
                .filter(place -> !listed.contains(place) || suspects.contains(place))
                .map(ChunkPlace::id)
                .collect(Collectors.toSet());
    }

    /** What cannot be read and may list any chunk: as long as there is one, none may be removed. */
    List<String> obstacles() {
        return obstacles.stream().sorted().toList();
    }

    private void readManifest(BackupId backup) {
        try {
            vault.inventory()
                    .find(source, backup)
                    .ifPresentOrElse(manifest -> add(manifest.chunks()), () -> refuseIfThere(backup));
        } catch (Failure failure) {
            if (!Seal.isUnreadable(failure)) {
                throw failure;
            }
            obstacles.add(failure.reason().message());
        }
    }

    /** One that is gone by now was over for another sweep. */
    private void refuseIfThere(BackupId backup) {
        String key = Layout.manifest(source, backup);
        if (vault.store().head(key).isPresent()) {
            obstacles.add(key + " is there and cannot be fetched; look at the log of the bucket's server");
        }
    }

    private synchronized void add(List<StoredChunk> chunks) {
        chunks.forEach(chunk -> places.add(ChunkPlace.of(chunk)));
    }
}
