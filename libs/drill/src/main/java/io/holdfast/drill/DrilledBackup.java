package io.holdfast.drill;

import java.time.Instant;

/**
 * The backup that a drill restored.
 *
 * @param takenAt instant of its snapshot
 * @param bytes size of its rows as text, before compression
 * @param storedBytes bytes it added to the vault
 */
public record DrilledBackup(String id, Instant takenAt, long bytes, long storedBytes, int tables, long rows) {
    public DrilledBackup {
        DrillFields.texts("id", id);
        DrillFields.required("takenAt", takenAt);
        DrillFields.notNegative("bytes", bytes);
        DrillFields.notNegative("storedBytes", storedBytes);
        DrillFields.notNegative("tables", (long) tables);
        DrillFields.notNegative("rows", rows);
    }
}
