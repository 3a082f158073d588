package io.holdfast.backup.source;

import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.SourceId;
import io.holdfast.contracts.SourceRef;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A source as the catalog has it; {@code retiredAt} is null while it is configured. */
record SourceRow(
        UUID id,
        String name,
        String engine,
        @Nullable String environment,
        @Nullable Instant retiredAt) {

    static SourceRow of(UUID id, String name, SourceConfig config) {
        return new SourceRow(
                id,
                name,
                config.engine().name().toLowerCase(Locale.ROOT),
                config.environment().orElse(null),
                null);
    }

    SourceRef ref() {
        return new SourceRef(new SourceId(id), name);
    }

    boolean isRetired() {
        return retiredAt != null;
    }

    RetiredSource retired() {
        return new RetiredSource(ref(), engine, environment, Objects.requireNonNull(retiredAt));
    }
}
