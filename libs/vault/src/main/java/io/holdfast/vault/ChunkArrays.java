package io.holdfast.vault;

import java.util.List;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;

/**
 * Arrays that rows are gathered in until their chunk is sealed, used again: made anew for each chunk they would be a third
 * of all garbage, of the kind that fills the heap. None that is very large is kept, and few: while they are idle the budget
 * does not count them.
 */
final class ChunkArrays {
    /** Behind the bytes of a chunk there is room for as many more: {@link Columns} looks at eight at once. */
    static final int SLACK = Long.BYTES;

    /** Nine of ten chunks of the usual class fit into the first, all but one of a hundred into the second. */
    private final List<Shelf> shelves = List.of(new Shelf(2 << 20, 3), new Shelf(4 << 20, 2));

    private record Shelf(int bytes, BlockingDeque<byte[]> idle) {
        Shelf(int bytes, int most) {
            this(bytes, new LinkedBlockingDeque<>(most));
        }

        byte[] take() {
            byte[] array = idle.pollFirst();
            return array == null ? new byte[bytes + SLACK] : array;
        }
    }

    /** One for so many bytes or more, with whatever was in it before. */
    byte[] take(int bytes) {
        for (Shelf shelf : shelves) {
            if (bytes <= shelf.bytes) {
                return shelf.take();
            }
        }
        return new byte[bytes + SLACK];
    }

    /** Only by who alone holds it. */
    void giveBack(byte[] array) {
        for (Shelf shelf : shelves) {
            if (array.length == shelf.bytes + SLACK) {
                boolean unused = shelf.idle.offerFirst(array);
            }
        }
    }
}
