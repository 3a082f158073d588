package io.holdfast.engine.rows;

import java.util.List;

/**
 * What one reader reads in one go: one large table, a piece of one, or all the small tables in order of their names.
 *
 * @param index position in the plan; the same database gives the same order
 * @param estimatedBytes size on disk, for progress
 */
public record ReadTask(int index, List<TableReadRange> parts, long estimatedBytes) {
    public ReadTask {
        parts = List.copyOf(parts);
    }
}
