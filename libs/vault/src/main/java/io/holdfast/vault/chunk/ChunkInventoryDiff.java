package io.holdfast.vault.chunk;

import io.holdfast.contracts.SourceId;
import io.holdfast.vault.core.ParallelTasks;
import io.holdfast.vault.core.VaultContext;
import io.holdfast.vault.format.ChunkFault;
import io.holdfast.vault.format.ChunkObjectName;
import io.holdfast.vault.format.StoredChunk;
import io.holdfast.vault.format.VaultLayout;
import io.holdfast.vault.store.StoredObject;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** What the store says of a source's chunks, held against those that should be there. */
public record ChunkInventoryDiff(Map<StoredChunk, ChunkFault> problems) {
    private static final int PAGE = 1000;

    public static ChunkInventoryDiff compare(VaultContext vault, SourceId source, Collection<StoredChunk> expected) {
        return compare(vault, source, expected, expected.size());
    }

    /**
     * Few are asked for one by one, if those are answered sooner than the pages of a listing: a source may have millions.
     *
     * @param lying at least so many of this source lie in the store
     */
    public static ChunkInventoryDiff compare(
            VaultContext vault, SourceId source, Collection<StoredChunk> expected, int lying) {
        boolean few = expected.size() <= ParallelTasks.REQUESTS * (1L + lying / PAGE);
        return new ChunkInventoryDiff(few ? asked(vault, source, expected) : listed(vault, source, expected));
    }

    private static Map<StoredChunk, ChunkFault> asked(
            VaultContext vault, SourceId source, Collection<StoredChunk> expected) {
        Map<StoredChunk, ChunkFault> problems = new ConcurrentHashMap<>();
        ParallelTasks.each(expected, ParallelTasks.REQUESTS, "looking for chunks", chunk -> {
            Optional<StoredObject> object = vault.store().head(VaultLayout.chunk(source, chunk));
            if (object.isEmpty()) {
                problems.put(chunk, ChunkFault.MISSING);
            } else if (object.get().size() != chunk.stored()) {
                problems.put(chunk, ChunkFault.WRONG_SIZE);
            }
        });
        return problems;
    }

    private static Map<StoredChunk, ChunkFault> listed(
            VaultContext vault, SourceId source, Collection<StoredChunk> expected) {
        Map<ChunkObjectName, StoredChunk> missing = HashMap.newHashMap(expected.size());
        expected.forEach(chunk -> missing.put(ChunkObjectName.of(chunk), chunk));
        Map<StoredChunk, ChunkFault> problems = new LinkedHashMap<>();
        try (Stream<StoredObject> listed = vault.store().list(VaultLayout.chunks(source))) {
            listed.forEach(object -> {
                StoredChunk chunk = missing.remove(VaultLayout.chunkAt(source, object.key()));
                if (chunk != null && chunk.stored() != object.size()) {
                    problems.put(chunk, ChunkFault.WRONG_SIZE);
                }
            });
        }
        missing.values().forEach(chunk -> problems.put(chunk, ChunkFault.MISSING));
        return problems;
    }
}
