package io.holdfast.backup.schedule;

/** The result of a slot. The ledger has exactly one row for each fire time of a schedule. */
public enum SlotState {
    /** A backup was started on time. */
    RAN,
    /** A backup was started late, after a downtime. */
    CAUGHT_UP,
    /** No backup was started, on purpose: the previous one had not ended, or the source was paused. */
    SKIPPED,
    /** No service handled the slot in time, and a later slot or a newer backup replaces it. */
    MISSED
}
