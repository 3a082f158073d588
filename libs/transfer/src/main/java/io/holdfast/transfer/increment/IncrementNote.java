package io.holdfast.transfer.increment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.increment.ChangeMark;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.Manifest;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a manifest says of increments, in the attributes of its server. A manifest without it is of a backup that read
 * everything, and no later backup builds on it.
 *
 * @param mark null: nothing builds on this backup
 * @param builtOn ids of the backups since the last one that read everything, that one first; empty: this one read everything
 * @param contradicted the backup that read everything, and those that are built on it, if this one found other rows in a part
 *     that it could have taken: the first one is right about its own time, the others may hold wrong rows
 * @param differences these parts, bounded
 * @param compared parts that were read although they could have been taken, and were compared; 0 in notes of early versions
 */
public record IncrementNote(
        @Nullable ChangeMark mark,
        List<String> builtOn,
        List<String> contradicted,
        List<String> differences,
        long compared) {
    /** What a manifest without a note says. */
    public static final IncrementNote READ_ALL = new IncrementNote(null, List.of(), List.of(), List.of(), 0);

    private static final String FIELD = "increment";

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    public IncrementNote {
        builtOn = List.copyOf(builtOn);
        contradicted = List.copyOf(contradicted);
        differences = List.copyOf(differences);
    }

    /** Empty if the manifest has none, or one that this version cannot read. */
    public static Optional<IncrementNote> of(Manifest manifest) {
        JsonNode attributes = manifest.contents().server().attributes();
        JsonNode node = attributes == null ? null : attributes.get(FIELD);
        try {
            return node == null ? Optional.empty() : Optional.of(MAPPER.treeToValue(node, IncrementNote.class));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** Whether the backup read all rows, and found those of the earlier backups right, as far as it could compare. */
    public boolean confirms() {
        return compared > 0 && contradicted.isEmpty() && builtOn.isEmpty();
    }

    /** As {@link BackupContents.Server#attributes}. */
    public ObjectNode attributes() {
        ObjectNode attributes = MAPPER.createObjectNode();
        attributes.set(FIELD, MAPPER.valueToTree(this));
        return attributes;
    }
}
