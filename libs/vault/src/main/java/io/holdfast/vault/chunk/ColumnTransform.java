package io.holdfast.vault.chunk;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Lines of tab-separated fields, column after column instead of row after row. What stands in one column is alike, so
 * that it compresses to about two thirds of what rows do, as fast. Exactly reversible. One thread at a time.
 *
 * <p>Shape: the number of runs of lines with as many fields; for each run its fields, its lines, and each column's bytes;
 * then the columns, each field ended by a newline. Numbers are ints, big-endian. Eight bytes are looked at and copied at
 * once, hence the slack behind each array and column: what is copied too much is overwritten by what follows.
 */
public final class ColumnTransform {
    private static final int MOST_RUNS = 64;
    private static final int LEAST_LINES = 8;
    private static final int SLACK = ChunkBufferPool.SLACK;
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long TABS = ONES * '\t';
    private static final long NEWLINES = ONES * '\n';

    private static final byte[] NONE = {};

    private final ChunkBufferPool arrays;
    private byte[] rows = NONE;
    private int[] lengths = new int[64];
    private final Run[] runs = new Run[MOST_RUNS];

    /**
     * Lines with as many fields.
     *
     * @param first of its columns among all
     */
    private record Run(int fields, int lines, int first) {}

    /** @param arrays where those come from that are answered; the caller gives them back */
    public ColumnTransform(ChunkBufferPool arrays) {
        this.arrays = arrays;
    }

    /**
     * These lines by column; null where they are no lines, have one field, or too often another number of them.
     *
     * @param length the lines are the first so many bytes; an array that has slack behind them is not copied
     */
    @Nullable
    public ByteSlice of(byte[] lines, int length) {
        if (length == 0 || lines[length - 1] != '\n') {
            return null;
        }
        rows = lines.length >= length + SLACK ? lines : Arrays.copyOf(lines, length + SLACK);
        try {
            int count = measure(length);
            return count == 0 ? null : gather(length, count);
        } finally {
            rows = NONE;
        }
    }

    /** Finds the runs and how long their columns are; 0 if it is not worth it. */
    private int measure(int length) {
        int count = 0;
        int first = 0;
        int at = 0;
        while (at < length) {
            int fields = fields(at);
            if (fields < 2 || count == MOST_RUNS) {
                return 0;
            }
            if (lengths.length < first + fields) {
                lengths = Arrays.copyOf(lengths, 2 * (first + fields));
            }
            Arrays.fill(lengths, first, first + fields, 0);
            int lines = 0;
            for (int next = at; next >= 0 && at < length; lines += next >= 0 ? 1 : 0) {
                next = line(at, first, fields);
                at = next >= 0 ? next : at;
            }
            if (lines < LEAST_LINES) {
                return 0;
            }
            runs[count++] = new Run(fields, lines, first);
            first += fields;
        }
        return count;
    }

    private int fields(int from) {
        int fields = 1;
        for (int at = from; rows[at] != '\n'; at++) {
            fields += rows[at] == '\t' ? 1 : 0;
        }
        return fields;
    }

    /** Adds a line's fields to the columns' lengths; returns where the next begins; -1, and adds nothing, if it is another run's. */
    private int line(int from, int first, int fields) {
        int at = from;
        for (int field = 0; field < fields; field++) {
            int end = delimiter(at);
            if ((rows[end] == '\n') != (field == fields - 1)) {
                forget(from, first, field);
                return -1;
            }
            lengths[first + field] += end + 1 - at;
            at = end + 1;
        }
        return at;
    }

    private void forget(int from, int first, int fields) {
        int at = from;
        for (int field = 0; field < fields; field++) {
            int end = delimiter(at);
            lengths[first + field] -= end + 1 - at;
            at = end + 1;
        }
    }

    private int delimiter(int from) {
        int at = from;
        long found = delimiters((long) EIGHT.get(rows, at));
        while (found == 0) {
            at += Long.BYTES;
            found = delimiters((long) EIGHT.get(rows, at));
        }
        return at + first(found);
    }

    private ByteSlice gather(int length, int count) {
        int columns = runs[count - 1].first + runs[count - 1].fields;
        int header = Integer.BYTES * (1 + 2 * count + columns);
        byte[] out = arrays.take(header + length + columns * SLACK);
        ByteBuffer head = ByteBuffer.wrap(out).putInt(count);
        int[] to = new int[columns];
        int next = header;
        for (int i = 0; i < count; i++) {
            head.putInt(runs[i].fields).putInt(runs[i].lines);
            for (int column = runs[i].first; column < runs[i].first + runs[i].fields; column++) {
                head.putInt(lengths[column]);
                to[column] = next;
                next += lengths[column] + SLACK;
            }
        }
        int at = 0;
        for (int i = 0; i < count; i++) {
            at = scatter(at, out, to, runs[i]);
        }
        return new ByteSlice(out, close(out, header, to));
    }

    private int scatter(int from, byte[] out, int[] to, Run run) {
        byte[] in = rows;
        int at = from;
        for (int line = 0; line < run.lines; line++) {
            for (int column = run.first; column < run.first + run.fields; column++) {
                int put = to[column];
                long word = (long) EIGHT.get(in, at);
                EIGHT.set(out, put, word);
                long found = delimiters(word);
                while (found == 0) {
                    at += Long.BYTES;
                    put += Long.BYTES;
                    word = (long) EIGHT.get(in, at);
                    EIGHT.set(out, put, word);
                    found = delimiters(word);
                }
                int size = first(found);
                out[put + size] = '\n';
                to[column] = put + size + 1;
                at += size + 1;
            }
        }
        return at;
    }

    /** Takes the slack between the columns away. */
    private int close(byte[] out, int header, int[] ends) {
        int put = header;
        for (int column = 0; column < ends.length; column++) {
            System.arraycopy(out, ends[column] - lengths[column], out, put, lengths[column]);
            put += lengths[column];
        }
        return put;
    }

    /**
     * The lines again.
     *
     * @param in by column, the first so many bytes, and slack behind them
     * @throws IndexOutOfBoundsException if these are no columns; or BufferUnderflowException, NegativeArraySizeException
     */
    ByteSlice lines(byte[] in, int bytes) {
        ByteBuffer head = ByteBuffer.wrap(in, 0, bytes);
        Run[] read = new Run[Objects.checkIndex(head.getInt(), MOST_RUNS + 1)];
        int[] from = new int[64];
        int first = 0;
        for (int i = 0; i < read.length; i++) {
            read[i] = new Run(head.getInt(), head.getInt(), first);
            for (int field = 0; field < read[i].fields; field++) {
                from = first < from.length ? from : Arrays.copyOf(from, 2 * first);
                from[first++] = head.getInt();
            }
        }
        int next = head.position();
        for (int column = 0; column < first; column++) {
            int length = from[column];
            from[column] = next;
            next += length;
        }
        int length = bytes - head.position();
        byte[] out = arrays.take(length);
        int put = 0;
        for (Run run : read) {
            put = weave(in, from, out, put, run);
        }
        if (put != length) {
            throw new IndexOutOfBoundsException(put + " bytes of lines instead of " + length);
        }
        return new ByteSlice(out, length);
    }

    private static int weave(byte[] in, int[] from, byte[] out, int start, Run run) {
        int put = start;
        for (int line = 0; line < run.lines; line++) {
            for (int column = run.first; column < run.first + run.fields; column++) {
                int at = from[column];
                long word = (long) EIGHT.get(in, at);
                EIGHT.set(out, put, word);
                long found = zeros(word ^ NEWLINES);
                while (found == 0) {
                    at += Long.BYTES;
                    put += Long.BYTES;
                    word = (long) EIGHT.get(in, at);
                    EIGHT.set(out, put, word);
                    found = zeros(word ^ NEWLINES);
                }
                int size = first(found);
                put += size;
                out[put++] = '\t';
                from[column] = at + size + 1;
            }
            out[put - 1] = '\n';
        }
        return put;
    }

    private static long delimiters(long word) {
        return zeros(word ^ TABS) | zeros(word ^ NEWLINES);
    }

    /** Of the bits set the lowest is that of the first byte that is zero; others may be wrong. Warren, Hacker's Delight, 6-1. */
    private static long zeros(long word) {
        return (word - ONES) & ~word & HIGHS;
    }

    private static int first(long found) {
        return Long.numberOfTrailingZeros(found) >>> 3;
    }
}
