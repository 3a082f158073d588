package io.holdfast.transfer.backup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.engine.model.LogPosition;
import io.holdfast.transfer.increment.IncrementNote;
import io.holdfast.transfer.manifest.ManifestPosition;
import org.jspecify.annotations.Nullable;

/** What a manifest says of the state of its server. */
final class ServerAttributes {
    private ServerAttributes() {}

    /** Null: nothing. */
    static @Nullable JsonNode of(@Nullable IncrementNote note, @Nullable LogPosition position) {
        if (note == null) {
            return position == null ? null : ManifestPosition.attributes(position);
        }
        ObjectNode attributes = note.attributes();
        if (position != null) {
            attributes.setAll(ManifestPosition.attributes(position));
        }
        return attributes;
    }
}
