package io.holdfast.engine.d1;

/** What a backup of a D1 database is restored to. */
public enum RestoreTarget {
    /** A SQLite file. */
    SQLITE,
    /** A new D1 database of the same account. */
    D1
}
