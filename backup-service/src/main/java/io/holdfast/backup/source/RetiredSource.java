package io.holdfast.backup.source;

import io.holdfast.contracts.SourceRef;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A source that left the configuration. Its backups stay. */
public record RetiredSource(
        SourceRef ref, String engine, @Nullable String environment, Instant retiredAt) {}
