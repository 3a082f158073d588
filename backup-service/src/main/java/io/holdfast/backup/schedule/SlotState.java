package io.holdfast.backup.schedule;

/** What became of a slot. Exactly one row of the ledger says so for each fire time. */
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
