package io.holdfast.engine.sqlite.jdbc;

/** Names in a file that SQLite or Holdfast uses for itself. */
public final class ReservedNames {
    /** SQLite's name of a file's only schema. */
    public static final String MAIN = "main";

    /** Prefix of the table of one restore in the live file; the restore's id in 32 hexadecimal digits follows. */
    public static final String RESTORE_TABLE_PREFIX = "holdfast_restore_";

    /** GLOB pattern of these tables, which are never part of a backup. */
    public static final String RESTORE_TABLES = RESTORE_TABLE_PREFIX + "[0-9a-f]".repeat(32);

    private ReservedNames() {}
}
