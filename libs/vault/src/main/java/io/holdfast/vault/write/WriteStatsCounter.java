package io.holdfast.vault.write;

import io.holdfast.vault.format.StoredChunk;

/** Adds up what a writer did. */
final class WriteStatsCounter {
    private WriteStats stats = new WriteStats(0, 0, 0, 0, 0, 0);

    synchronized void add(StoredChunk chunk, long rows, boolean fresh) {
        stats = new WriteStats(
                stats.rows() + rows,
                stats.bytes() + chunk.bytes(),
                stats.storedBytes() + (fresh ? chunk.stored() : 0),
                stats.reusedBytes() + (fresh ? 0 : chunk.bytes()),
                stats.newChunks() + (fresh ? 1 : 0),
                stats.reusedChunks() + (fresh ? 0 : 1));
    }

    synchronized WriteStats now() {
        return stats;
    }
}
