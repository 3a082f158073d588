package io.holdfast.transfer.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.model.LogPosition;
import io.holdfast.vault.format.Manifest;
import java.util.Optional;

/**
 * The position in the server's log that has exactly the rows of a backup, in the attributes of the manifest's server. Most
 * manifests have none: of sources whose WAL is not archived, of busy servers, and of earlier versions.
 */
public final class ManifestPosition {
    private static final String FIELD = "position";

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .build();

    private ManifestPosition() {}

    /** Empty if the manifest has none, or one that this version cannot read. */
    public static Optional<LogPosition> of(Manifest manifest) {
        JsonNode attributes = manifest.contents().server().attributes();
        JsonNode node = attributes == null ? null : attributes.get(FIELD);
        try {
            return node == null ? Optional.empty() : Optional.of(MAPPER.treeToValue(node, LogPosition.class));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** As attributes of the manifest's server. */
    public static ObjectNode attributes(LogPosition position) {
        ObjectNode attributes = MAPPER.createObjectNode();
        attributes.set(FIELD, MAPPER.valueToTree(position));
        return attributes;
    }
}
