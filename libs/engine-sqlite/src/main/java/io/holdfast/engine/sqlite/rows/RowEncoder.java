package io.holdfast.engine.sqlite.rows;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * One row as a line of bytes, from which every value comes back bit by bit.
 *
 * <p>A line is the row's values separated by tabs, with a newline at its end. A value begins with one letter for its
 * storage class, which in SQLite belongs to the value and not to the column:
 *
 * <ul>
 *   <li>{@code n} null
 *   <li>{@code i} an integer, in decimal: {@code i-42}
 *   <li>{@code r} a real, the 64 bits of its IEEE 754 form as 16 hexadecimal digits: {@code r3ff8000000000000} is 1.5.
 *       Decimal digits would depend on who prints them
 *   <li>{@code t} a text: its bytes as they are stored, in the database's encoding, valid or not, NUL included
 *   <li>{@code b} a blob: its bytes
 * </ul>
 *
 * In texts and blobs the bytes 09, 0A and 5C (tab, newline, backslash) stand as {@code \t}, {@code \n} and {@code \\}; all
 * others stand for themselves.
 */
public final class RowEncoder {
    public static final char NULL = 'n';
    public static final char INTEGER = 'i';
    public static final char REAL = 'r';
    public static final char TEXT = 't';
    public static final char BLOB = 'b';

    /** A buffer that grew beyond this for a huge row is not kept for the next. */
    private static final int KEPT = 1 << 20;

    private byte[] buffer = new byte[4096];
    private int length;

    public byte[] buffer() {
        return buffer;
    }

    public int length() {
        return length;
    }

    public void begin() {
        if (buffer.length > KEPT) {
            buffer = new byte[4096];
        }
        length = 0;
    }

    void nothing() {
        field(NULL, 0);
    }

    void integer(long value) {
        ascii(INTEGER, Long.toString(value));
    }

    void real(double value) {
        ascii(REAL, HexFormat.of().toHexDigits(Double.doubleToRawLongBits(value)));
    }

    public void text(byte[] value) {
        bytes(TEXT, value);
    }

    void blob(byte[] value) {
        bytes(BLOB, value);
    }

    /** The last value's separator becomes the line's end. */
    public void end() {
        buffer[length - 1] = '\n';
    }

    private void ascii(char kind, String value) {
        byte[] digits = value.getBytes(StandardCharsets.US_ASCII);
        field(kind, digits.length);
        System.arraycopy(digits, 0, buffer, length - 1, digits.length);
        length += digits.length;
        buffer[length - 1] = '\t';
    }

    private void bytes(char kind, byte[] value) {
        int escapes = 0;
        for (byte one : value) {
            if (one == '\t' || one == '\n' || one == '\\') {
                escapes++;
            }
        }
        field(kind, value.length + escapes);
        int at = length - 1;
        if (escapes == 0) {
            System.arraycopy(value, 0, buffer, at, value.length);
            at += value.length;
        } else {
            at = escaped(value, at);
        }
        buffer[at] = '\t';
        length = at + 1;
    }

    private int escaped(byte[] value, int from) {
        int at = from;
        for (byte one : value) {
            switch (one) {
                case '\t' -> {
                    buffer[at++] = '\\';
                    buffer[at++] = 't';
                }
                case '\n' -> {
                    buffer[at++] = '\\';
                    buffer[at++] = 'n';
                }
                case '\\' -> {
                    buffer[at++] = '\\';
                    buffer[at++] = '\\';
                }
                default -> buffer[at++] = one;
            }
        }
        return at;
    }

    /** Appends letter and separator, with room between them for what follows. */
    private void field(char kind, int room) {
        long needed = (long) length + 2 + room;
        if (needed > Integer.MAX_VALUE - 8) {
            throw new OutOfMemoryError("a row of more than 2 GiB");
        }
        if (needed > buffer.length) {
            // a large value gets exactly its room: twice as much might not fit
            buffer = Arrays.copyOf(buffer, (int) Math.max(needed + 64, Math.min(KEPT, buffer.length * 2L)));
        }
        buffer[length] = (byte) kind;
        buffer[length + 1] = '\t';
        length += 2;
    }
}
