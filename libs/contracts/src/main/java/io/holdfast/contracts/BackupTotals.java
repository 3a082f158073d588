package io.holdfast.contracts;

/**
 * The size of a backup.
 *
 * @param tables tables in its scope
 * @param rows rows of all tables
 * @param bytes size of the rows as text, before compression
 * @param storedBytes bytes this backup added to the vault, compressed and encrypted
 * @param reusedBytes stored bytes it shares with earlier backups of the source
 */
public record BackupTotals(int tables, long rows, long bytes, long storedBytes, long reusedBytes) {}
