package io.holdfast.cli.rest;

import org.jspecify.annotations.Nullable;

/** A protected database as backup-service shows it. */
public record SourceResponse(
        String id,
        String name,
        @Nullable String engine,
        @Nullable String environment,
        @Nullable BackupResponse lastBackup,
        @Nullable BackupResponse lastProven) {}
