package io.holdfast.cli.rest;

import org.jspecify.annotations.Nullable;

/** A protected database as backup-service shows it. */
public record Source(
        String id,
        String name,
        @Nullable String engine,
        @Nullable String environment,
        @Nullable Backup lastBackup,
        @Nullable Backup lastProven) {}
