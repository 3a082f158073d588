package io.holdfast.restore.domain;

import java.time.Instant;

/**
 * What a restore brought back.
 *
 * @param snapshotAt the instant whose data it is
 * @param bytes of rows as text
 */
public record RestoredTotals(Instant snapshotAt, int tables, long rows, long bytes) {}
