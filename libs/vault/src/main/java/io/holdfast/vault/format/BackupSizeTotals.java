package io.holdfast.vault.format;

/**
 * A backup in figures.
 *
 * @param rows of all tables
 * @param bytes plain: rows, schema dump, large objects
 * @param storedBytes of all its chunks as objects, whoever uploaded them
 * @param chunks that it uses
 * @param newStoredBytes of the chunks that this backup had to upload
 * @param newChunks that this backup had to upload
 */
public record BackupSizeTotals(
        int tables, long rows, long bytes, long storedBytes, int chunks, long newStoredBytes, int newChunks) {}
