package io.holdfast.engine.d1;

/** What becomes of a backup whose database is written to more often than it can be read. */
public enum Consistency {
    /** It fails: every backup is of one instant. */
    STRICT,
    /** It is partial, and names the tables that were read while they changed. */
    PER_TABLE
}
