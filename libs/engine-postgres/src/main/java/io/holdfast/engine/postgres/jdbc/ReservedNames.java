package io.holdfast.engine.postgres.jdbc;

/** Names in a database that Holdfast uses for itself. Objects with such names are never part of a backup. */
public final class ReservedNames {
    /** Prefix of the schema of one restore in the live database; the restore's id in 32 hexadecimal digits follows. */
    public static final String RESTORE_SCHEMA_PREFIX = "holdfast_restore_";

    /** Pattern of these schemas, valid as a regular expression of the server and as a pattern of pg_dump. */
    public static final String RESTORE_SCHEMAS = RESTORE_SCHEMA_PREFIX + "[0-9a-f]{32}";

    private ReservedNames() {}
}
