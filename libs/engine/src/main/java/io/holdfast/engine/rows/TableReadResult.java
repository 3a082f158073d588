package io.holdfast.engine.rows;

import io.holdfast.engine.model.Fingerprint;

/**
 * What was read of one part. Results of one table's parts are added up.
 *
 * @param bytes of COPY text
 */
public record TableReadResult(TableReadRange part, Fingerprint fingerprint, long bytes) {}
