package io.holdfast.transfer.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.vault.format.BackupContents;
import io.holdfast.vault.format.Manifest;
import java.util.HashMap;
import java.util.Map;

/** A database's shape as it lies in a manifest, in the engine's own terms. */
public final class DescriptorCodec {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private DescriptorCodec() {}

    public static JsonNode write(DatabaseDescriptor shape) {
        return MAPPER.valueToTree(shape);
    }

    /** Fails with MANIFEST_CORRUPT if there is none that can be read. */
    public static DatabaseDescriptor of(Manifest manifest) {
        JsonNode attributes = manifest.contents().attributes();
        try {
            DatabaseDescriptor shape =
                    attributes == null ? null : MAPPER.treeToValue(attributes, DatabaseDescriptor.class);
            if (shape != null) {
                return shape;
            }
        } catch (JsonProcessingException e) {
            throw unreadable(manifest, e.getOriginalMessage());
        }
        throw unreadable(manifest, "it has none");
    }

    public static Map<BackupContents.Name, TableDescriptor> byName(DatabaseDescriptor shape) {
        Map<BackupContents.Name, TableDescriptor> byName = new HashMap<>();
        shape.tables().forEach(table -> byName.put(name(table.name()), table));
        return byName;
    }

    /** Fails with MANIFEST_CORRUPT if the manifest has a table's rows and not its shape. */
    public static TableDescriptor of(
            BackupContents.Table stored, Map<BackupContents.Name, TableDescriptor> shapes, Manifest manifest) {
        TableDescriptor shape = shapes.get(stored.name());
        if (shape == null) {
            throw unreadable(manifest, "it has rows of " + stored.name() + " but not its definition");
        }
        return shape;
    }

    private static HoldfastException unreadable(Manifest manifest, String why) {
        return HoldfastException.about(
                manifest.backup().toString(),
                FailureCode.MANIFEST_CORRUPT,
                "backup " + manifest.backup() + ": the shape of the database cannot be read from its manifest (" + why
                        + "); was it written by a newer Holdfast?");
    }

    public static BackupContents.Name name(QualifiedName name) {
        return new BackupContents.Name(name.schema(), name.name());
    }
}
