package io.holdfast.backup.source;

import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.SourceRef;
import org.jspecify.annotations.Nullable;

/** A source of the configuration, with its identity. */
public record ProtectedSource(SourceRef ref, SourceConfig config) {
    public @Nullable String environment() {
        return config.environment().orElse(null);
    }
}
