package io.holdfast.vault.chunk;

import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;

/**
 * Arrays for the plain bytes of chunks, used again: made anew for each chunk they would be a third of all garbage, of the
 * kind that fills the heap. All are of one length, so that none is too short for the next chunk; and no more are kept than
 * two processors have in use: while they are idle no budget counts them.
 */
public final class ChunkBufferPool {
    /** Behind the bytes of a chunk there is room for as many more: {@link ColumnTransform} looks at eight at once. */
    public static final int SLACK = Long.BYTES;

    /** The longest chunk of a usual class, and what it may be longer by column or packed. */
    private static final int LENGTH = 51 << 16;

    /** What has fewer bytes gets an array that nobody uses again: it is soon garbage, and there may be many. */
    private static final int LEAST = 256 << 10;

    private static final int KEPT = 8;

    private final BlockingDeque<byte[]> idle = new LinkedBlockingDeque<>(KEPT);

    /** How many bytes the array is for that {@link #take} answers: at least as many. */
    public static int room(int bytes) {
        return bytes < LEAST || bytes > LENGTH ? bytes : LENGTH;
    }

    /** One for so many bytes or more, with whatever was in it before. */
    public byte[] take(int bytes) {
        int room = room(bytes);
        byte[] array = room == LENGTH ? idle.pollFirst() : null;
        return array == null ? new byte[room + SLACK] : array;
    }

    /** Only by who alone holds it. */
    public void giveBack(byte[] array) {
        if (array.length == LENGTH + SLACK) {
            boolean unused = idle.offerFirst(array);
        }
    }
}
