package io.holdfast.vault;

import io.holdfast.contracts.SourceId;
import io.holdfast.vault.store.StoredObject;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** One listing of a source's chunks, held against those that should be there. */
record ChunkListing(Map<StoredChunk, CheckReport.Fault> problems) {

    static ChunkListing compare(Vault vault, SourceId source, Collection<StoredChunk> expected) {
        String prefix = Layout.chunks(source);
        Map<ChunkPlace, StoredChunk> missing = HashMap.newHashMap(expected.size());
        expected.forEach(chunk -> missing.put(ChunkPlace.of(chunk), chunk));
        Map<StoredChunk, CheckReport.Fault> problems = new LinkedHashMap<>();
        try (Stream<StoredObject> listed = vault.store().list(prefix)) {
            listed.forEach(object -> {
                StoredChunk chunk = missing.remove(ChunkPlace.of(object.key()));
                if (chunk != null && chunk.stored() != object.size()) {
                    problems.put(chunk, CheckReport.Fault.WRONG_SIZE);
                }
            });
        }
        missing.values().forEach(chunk -> problems.put(chunk, CheckReport.Fault.MISSING));
        return new ChunkListing(problems);
    }
}
