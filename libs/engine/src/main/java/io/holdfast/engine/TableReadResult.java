package io.holdfast.engine;

/**
 * What was read of one part. Results of one table's parts are added up.
 *
 * @param bytes of COPY text
 */
public record TableReadResult(TableReadRange part, Fingerprint fingerprint, long bytes) {}
