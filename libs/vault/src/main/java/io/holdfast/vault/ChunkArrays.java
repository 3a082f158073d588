package io.holdfast.vault;

import java.util.List;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.stream.Stream;

/**
 * Arrays for the plain bytes of chunks, used again: made anew for each chunk they would be a third of all garbage, of the
 * kind that fills the heap. None that is very large is kept, and few: while they are idle no budget counts them.
 */
final class ChunkArrays {
    /** Behind the bytes of a chunk there is room for as many more: {@link Columns} looks at eight at once. */
    static final int SLACK = Long.BYTES;

    /** What has fewer bytes gets an array that nobody uses again: it is soon garbage, and there may be many. */
    private static final int LEAST = 256 << 10;

    /** For chunks of 2 and 3 MiB, also where they become a little longer by column or packed: nearly all that are usual. */
    private static final List<Integer> LENGTHS = List.of(34 << 16, 51 << 16);

    private static final int KEPT = 4;

    private final List<Shelf> shelves = LENGTHS.stream().map(Shelf::new).toList();

    private record Shelf(int bytes, BlockingDeque<byte[]> idle) {
        Shelf(int bytes) {
            this(bytes, new LinkedBlockingDeque<>(KEPT));
        }

        byte[] take() {
            byte[] array = idle.pollFirst();
            return array == null ? fresh(bytes) : array;
        }
    }

    private static byte[] fresh(int bytes) {
        return new byte[bytes + SLACK];
    }

    /** How many bytes the array is for that {@link #take} answers: at least as many. */
    static int room(int bytes) {
        return bytes < LEAST
                ? bytes
                : LENGTHS.stream().filter(length -> bytes <= length).findFirst().orElse(bytes);
    }

    /** One for so many bytes or more, with whatever was in it before. */
    byte[] take(int bytes) {
        int room = room(bytes);
        return shelf(room).map(Shelf::take).findFirst().orElseGet(() -> fresh(room));
    }

    /** Only by who alone holds it. */
    void giveBack(byte[] array) {
        shelf(array.length - SLACK).forEach(shelf -> {
            boolean unused = shelf.idle.offerFirst(array);
        });
    }

    private Stream<Shelf> shelf(int bytes) {
        return shelves.stream().filter(shelf -> shelf.bytes == bytes);
    }
}
