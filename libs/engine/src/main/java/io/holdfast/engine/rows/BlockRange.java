package io.holdfast.engine.rows;

/**
 * Heap blocks of a table: from {@code first} up to, not including, {@code end}.
 *
 * @param end {@link #OPEN} for the last range: it reads to wherever the table ends
 */
public record BlockRange(long first, long end) {
    public static final long OPEN = Long.MAX_VALUE;

    public boolean open() {
        return end == OPEN;
    }
}
