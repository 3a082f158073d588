package io.holdfast.drill;

import java.time.Instant;

/**
 * The figures of an earlier drill of the same source.
 *
 * @param bytes size of the restored backup's rows as text
 */
public record EarlierDrill(String drillId, Instant completedAt, long restoreMillis, long bytes, boolean passed) {
    public EarlierDrill {
        DrillFields.texts("drillId", drillId);
        DrillFields.required("completedAt", completedAt);
        DrillFields.notNegative("restoreMillis", restoreMillis);
        DrillFields.notNegative("bytes", bytes);
    }
}
