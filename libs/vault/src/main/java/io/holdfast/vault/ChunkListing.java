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
        Map<Place, StoredChunk> missing = HashMap.newHashMap(expected.size());
        expected.forEach(chunk -> missing.put(new Place(chunk.id(), chunk.generation()), chunk));
        Map<StoredChunk, CheckReport.Fault> problems = new LinkedHashMap<>();
        try (Stream<StoredObject> listed = vault.store().list(prefix)) {
            listed.forEach(object -> {
                StoredChunk chunk = missing.remove(Place.of(object.key()));
                if (chunk != null && chunk.stored() != object.size()) {
                    problems.put(chunk, CheckReport.Fault.WRONG_SIZE);
                }
            });
        }
        missing.values().forEach(chunk -> problems.put(chunk, CheckReport.Fault.MISSING));
        return new ChunkListing(problems);
    }

    private record Place(ChunkId id, int generation) {
        private static final Place NOWHERE = new Place(new ChunkId(0, 0, 0, 0), -1);
        private static final int HEX = ChunkId.BYTES * 2;

        /** Of a key's last segment, {@code <id>[.<generation>]}; foreign objects are nowhere. */
        static Place of(String key) {
            String name = key.substring(key.lastIndexOf('/') + 1);
            try {
                if (name.length() == HEX) {
                    return new Place(ChunkId.parse(name), 0);
                }
                return name.length() > HEX + 1 && name.charAt(HEX) == '.'
                        ? new Place(ChunkId.parse(name.substring(0, HEX)), Integer.parseInt(name.substring(HEX + 1)))
                        : NOWHERE;
            } catch (IllegalArgumentException e) {
                return NOWHERE;
            }
        }
    }
}
