package io.holdfast.vault;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.function.IntPredicate;

/**
 * Arrays for the plain bytes of chunks, used again: made anew for each chunk they would be a third of all garbage, of the
 * kind that fills the heap. None that is very large is kept, and few: while they are idle no budget counts them.
 */
final class ChunkArrays {
    /** Behind the bytes of a chunk there is room for as many more: {@link Columns} looks at eight at once. */
    static final int SLACK = Long.BYTES;

    /** What has fewer bytes gets an array that nobody uses again: it is soon garbage, and there may be many. */
    private static final int LEAST = 256 << 10;

    /**
     * Nine of ten chunks of the usual class fit into the first, all but one of a hundred into the second, also where they
     * become a little longer by column or packed.
     */
    private final List<Shelf> shelves = List.of(new Shelf(17 << 17, 4), new Shelf(17 << 18, 3));

    private record Shelf(int bytes, BlockingDeque<byte[]> idle) {
        Shelf(int bytes, int most) {
            this(bytes, new LinkedBlockingDeque<>(most));
        }

        byte[] take() {
            byte[] array = idle.pollFirst();
            return array == null ? fresh(bytes) : array;
        }
    }

    /** One that is used for this only. */
    static byte[] fresh(int bytes) {
        return new byte[bytes + SLACK];
    }

    /** How many bytes the array takes that {@link #take} answers. */
    int room(int bytes) {
        return shelf(bytes).map(Shelf::bytes).orElse(bytes);
    }

    /** One for so many bytes or more, with whatever was in it before. */
    byte[] take(int bytes) {
        return shelf(bytes).map(Shelf::take).orElseGet(() -> fresh(bytes));
    }

    private Optional<Shelf> shelf(int bytes) {
        return bytes < LEAST ? Optional.empty() : shelfWith(length -> bytes <= length);
    }

    private Optional<Shelf> shelfWith(IntPredicate length) {
        return shelves.stream().filter(shelf -> length.test(shelf.bytes)).findFirst();
    }

    /** Only by who alone holds it. */
    void giveBack(byte[] array) {
        shelfWith(length -> length + SLACK == array.length).ifPresent(shelf -> {
            boolean unused = shelf.idle.offerFirst(array);
        });
    }
}
