package io.holdfast.cli.rest;

import org.jspecify.annotations.Nullable;

/** How far a running job is. */
public record ProgressResponse(
        String phase, long doneBytes, @Nullable Long totalBytes, long doneRows) {}
