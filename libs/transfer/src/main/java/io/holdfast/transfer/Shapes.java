package io.holdfast.transfer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.engine.DatabaseShape;
import io.holdfast.engine.TableShape;
import io.holdfast.vault.Contents;
import io.holdfast.vault.Manifest;
import java.util.HashMap;
import java.util.Map;

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

    static Map<Contents.Name, TableShape> byName(DatabaseShape shape) {
        Map<Contents.Name, TableShape> byName = new HashMap<>();
        shape.tables().forEach(table -> byName.put(Gathered.name(table.name()), table));
        return byName;
    }

    /** Fails with MANIFEST_CORRUPT if the manifest has a table's rows and not its shape. */
    static TableShape of(Contents.Table stored, Map<Contents.Name, TableShape> shapes, Manifest manifest) {
        TableShape shape = shapes.get(stored.name());
        if (shape == null) {
            throw unreadable(manifest, "it has rows of " + stored.name() + " but not its definition");
        }
        return shape;
    }

    private static Failure unreadable(Manifest manifest, String why) {
        return Failure.about(
                manifest.backup().toString(),
                FailureCode.MANIFEST_CORRUPT,
                "backup " + manifest.backup() + ": the shape of the database cannot be read from its manifest (" + why
                        + "); was it written by a newer Holdfast?");
    }
}
