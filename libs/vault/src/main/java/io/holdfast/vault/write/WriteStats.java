package io.holdfast.vault.write;

/**
 * How far a backup's writing is.
 *
 * @param rows handed over in finished chunks
 * @param bytes plain, in finished chunks
 * @param storedBytes uploaded: new chunks, compressed and encrypted
 * @param reusedBytes plain bytes that were in the vault already
 */
public record WriteStats(long rows, long bytes, long storedBytes, long reusedBytes, int newChunks, int reusedChunks) {}
