package io.holdfast.transfer.increment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.model.Fingerprint;
import io.holdfast.engine.rows.BlockRange;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.ChunkSizeClass;
import io.holdfast.vault.format.Extent;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a backup holds of one part of a table.
 *
 * @param blocks null: the whole table
 */
public record StoredPart(
        @Nullable BlockRange blocks, Fingerprint fingerprint, long bytes, ChunkSizeClass sizes, List<Extent> extents) {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String FIELD = "parts";

    /** As a manifest has it; its extents are the next of the table's. */
    private record Noted(long first, long end, String fingerprint, long bytes, int extents) {}

    /** The attributes of a table that consists of these parts; null if one part is all of it. */
    public static @Nullable JsonNode attributes(List<StoredPart> parts) {
        if (parts.stream().anyMatch(part -> part.blocks == null)) {
            return null;
        }
        ObjectNode attributes = MAPPER.createObjectNode();
        attributes.set(
                FIELD, MAPPER.valueToTree(parts.stream().map(StoredPart::noted).toList()));
        return attributes;
    }

    private Noted noted() {
        BlockRange range = blocks == null ? new BlockRange(0, BlockRange.OPEN) : blocks;
        return new Noted(range.first(), range.end(), fingerprint.toString(), bytes, extents.size());
    }

    /** The parts of a table in a manifest with an {@link IncrementNote}; none if this version cannot tell them apart. */
    public static List<StoredPart> of(BackupContents.Table table) {
        JsonNode parts = table.attributes() == null ? null : table.attributes().get(FIELD);
        try {
            if (parts == null) {
                return List.of(new StoredPart(
                        null,
                        Fingerprint.parse(table.fingerprint()),
                        table.bytes(),
                        table.sizeClass(),
                        table.extents()));
            }
            return List.copyOf(read(table, parts));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return List.of();
        }
    }

    private static Collection<StoredPart> read(BackupContents.Table table, JsonNode parts)
            throws JsonProcessingException {
        Map<BlockRange, StoredPart> found = new LinkedHashMap<>();
        int next = 0;
        for (JsonNode node : parts) {
            Noted noted = MAPPER.treeToValue(node, Noted.class);
            BlockRange range = new BlockRange(noted.first, noted.end);
            int end = next + noted.extents;
            if (end < next || end > table.extents().size() || found.containsKey(range)) {
                return List.of();
            }
            List<Extent> extents = table.extents().subList(next, end);
            Fingerprint fingerprint = Fingerprint.parse(noted.fingerprint);
            found.put(range, new StoredPart(range, fingerprint, noted.bytes, table.sizeClass(), extents));
            next = end;
        }
        return next == table.extents().size() ? found.values() : List.of();
    }
}
