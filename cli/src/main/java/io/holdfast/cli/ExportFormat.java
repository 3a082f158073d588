package io.holdfast.cli;

/** How an export looks. */
enum ExportFormat {
    /** one script */
    sql,
    /** a folder with a script for each table */
    directory
}
