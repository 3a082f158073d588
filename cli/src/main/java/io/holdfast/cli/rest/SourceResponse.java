package io.holdfast.cli.rest;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A protected database as backup-service shows it.
 *
 * @param retired when the source left the configuration
 */
public record SourceResponse(
        String id,
        String name,
        @Nullable String engine,
        @Nullable String environment,
        @Nullable Instant retired,
        @Nullable BackupResponse lastBackup,
        @Nullable BackupResponse lastProven) {}
