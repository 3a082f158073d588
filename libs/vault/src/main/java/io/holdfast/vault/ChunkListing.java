package io.holdfast.vault;

import io.holdfast.contracts.SourceId;
import io.holdfast.vault.CheckReport.Fault;
import io.holdfast.vault.store.StoredObject;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** What the store says of a source's chunks, held against those that should be there. */
record ChunkListing(Map<StoredChunk, Fault> problems) {
    /** As many requests, a few at once, as a listing of some thousand objects takes the time of; a source may have millions. */
    private static final int FEW = 32;

    static ChunkListing compare(Vault vault, SourceId source, Collection<StoredChunk> expected) {
        return new ChunkListing(
                expected.size() <= FEW ? asked(vault, source, expected) : listed(vault, source, expected));
    }

    private static Map<StoredChunk, Fault> asked(Vault vault, SourceId source, Collection<StoredChunk> expected) {
        Map<StoredChunk, Fault> problems = new ConcurrentHashMap<>();
        AtOnce.each(expected, AtOnce.REQUESTS, "looking for chunks", chunk -> {
            Optional<StoredObject> object = vault.store().head(Layout.chunk(source, chunk));
            if (object.isEmpty()) {
                problems.put(chunk, Fault.MISSING);
            } else if (object.get().size() != chunk.stored()) {
                problems.put(chunk, Fault.WRONG_SIZE);
            }
        });
        return problems;
    }

    private static Map<StoredChunk, Fault> listed(Vault vault, SourceId source, Collection<StoredChunk> expected) {
        Map<ChunkPlace, StoredChunk> missing = HashMap.newHashMap(expected.size());
        expected.forEach(chunk -> missing.put(ChunkPlace.of(chunk), chunk));
        Map<StoredChunk, Fault> problems = new LinkedHashMap<>();
        try (Stream<StoredObject> listed = vault.store().list(Layout.chunks(source))) {
            listed.forEach(object -> {
                StoredChunk chunk = missing.remove(ChunkPlace.of(object.key()));
                if (chunk != null && chunk.stored() != object.size()) {
                    problems.put(chunk, Fault.WRONG_SIZE);
                }
            });
        }
        missing.values().forEach(chunk -> problems.put(chunk, Fault.MISSING));
        return problems;
    }
}
