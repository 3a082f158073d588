package io.holdfast.backup.catalog;

import org.jspecify.annotations.Nullable;

/**
 * Who asked, for the record and to answer them.
 *
 * @param source the request's CloudEvents source
 * @param correlationId what the requester recognises the outcome by
 */
public record Requester(String source, @Nullable String correlationId) {}
