package io.holdfast.drill;

/**
 * Names of checks that {@link Checklist} and the results of a report refer to. Checks of the configuration have names of
 * their own.
 */
public final class CheckNames {
    /** Every chunk of the backup was fetched and authenticated. */
    public static final String DOWNLOAD = "download";
    /** The restored schema objects equal those of the backup. */
    public static final String SCHEMA = "schema";
    /** The number of rows of each table. */
    public static final String ROW_COUNTS = "row counts";
    /** The fingerprint of each table. */
    public static final String ROWS = "rows";

    public static final String SEQUENCES = "sequences";
    public static final String FOREIGN_KEYS = "foreign keys";
    public static final String CONSTRAINTS = "constraints";
    /** Start of the names of the configured checks of references. */
    public static final String ORPHANS = "orphans:";
    /** Start of the names of the configured checks of times. */
    public static final String FRESH = "fresh:";

    private CheckNames() {}
}
