package io.holdfast.vault;

import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;

/**
 * Arrays that rows are gathered in until their chunk is sealed, used again: made anew for each chunk they would be a third
 * of all garbage, of the kind that fills the heap. None that is large is kept, and few: while they are idle the budget does
 * not count them.
 */
final class ChunkArrays {
    /** Behind the bytes of a chunk there is room for as many more: {@link Columns} looks at eight at once. */
    static final int SLACK = Long.BYTES;

    private static final int LARGEST_KEPT = (1 << 21) + 2 * SLACK;
    private static final int MOST_KEPT = 8;

    private final BlockingDeque<byte[]> idle = new LinkedBlockingDeque<>(MOST_KEPT);

    /**
     * One with whatever bytes were in it before.
     *
     * @param usual how long chunks are on average
     */
    byte[] take(int usual) {
        byte[] array = usual < LARGEST_KEPT ? idle.pollFirst() : null;
        return array == null ? new byte[usual + SLACK] : array;
    }

    /** Only by who alone holds it. */
    void giveBack(byte[] array) {
        if (array.length <= LARGEST_KEPT) {
            boolean unused = idle.offerFirst(array);
        }
    }
}
