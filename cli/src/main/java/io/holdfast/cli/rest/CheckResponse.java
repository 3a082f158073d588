package io.holdfast.cli.rest;

import org.jspecify.annotations.Nullable;

/** Result of one data check. The outcome is text, so that newer services may have more of them. */
public record CheckResponse(
        String name, String outcome, @Nullable String finding) {}
