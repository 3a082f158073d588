package io.holdfast.transfer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.engine.DatabaseShape;
import io.holdfast.vault.Manifest;

/** A database's shape as it lies in a manifest, in the engine's own terms. */
public final class Shapes {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private Shapes() {}

    static JsonNode write(DatabaseShape shape) {
        return MAPPER.valueToTree(shape);
    }

    /** Fails with MANIFEST_CORRUPT if there is none that can be read. */
    public static DatabaseShape of(Manifest manifest) {
        JsonNode attributes = manifest.contents().attributes();
        try {
            DatabaseShape shape = attributes == null ? null : MAPPER.treeToValue(attributes, DatabaseShape.class);
            if (shape != null) {
                return shape;
            }
        } catch (JsonProcessingException e) {
            throw unreadable(manifest, e.getOriginalMessage());
        }
        throw unreadable(manifest, "it has none");
    }

    private static Failure unreadable(Manifest manifest, String why) {
        return Failure.about(
                manifest.backup().toString(),
                FailureCode.MANIFEST_CORRUPT,
                "backup " + manifest.backup() + ": the shape of the database cannot be read from its manifest (" + why
                        + "); was it written by a newer Holdfast?");
    }
}
