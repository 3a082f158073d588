package io.holdfast.drill;

/**
 * The durations that a drill measured, in milliseconds.
 *
 * @param restoreMillis the whole restore: definitions, rows, indexes and constraints, comparison not included
 * @param loadMillis loading of the rows
 * @param indexMillis creation of indexes and constraints
 * @param checkMillis comparison and data checks
 * @param snapshotAgeMillis age of the backup when the drill started; 0 if the source's clock is ahead
 */
public record DrillTimes(
        long restoreMillis, long loadMillis, long indexMillis, long checkMillis, long snapshotAgeMillis) {
    public DrillTimes {
        DrillFields.notNegative("restoreMillis", restoreMillis);
        DrillFields.notNegative("loadMillis", loadMillis);
        DrillFields.notNegative("indexMillis", indexMillis);
        DrillFields.notNegative("checkMillis", checkMillis);
        snapshotAgeMillis = Math.max(0, snapshotAgeMillis);
    }
}
