package io.holdfast.engine.sqlite.rows;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** Reads lines that {@link RowEncoder} wrote, one row after the other. */
public final class RowDecoder implements RowValues {
    private static final int ROOM = 1 << 16;

    /** A buffer that grew beyond this for a huge value is not kept for the next. */
    private static final int KEPT = 1 << 20;

    private final InputStream in;
    private final byte[] block = new byte[ROOM];
    private int at;
    private int end;
    private byte[] value = new byte[256];
    private int length;

    private final char[] kinds;
    private final long[] numbers;
    private final byte[][] contents;

    public RowDecoder(InputStream in, int columns) {
        this.in = in;
        this.kinds = new char[columns];
        this.numbers = new long[columns];
        this.contents = new byte[columns][];
    }

    /** Reads the next row; false at the end. Fails with TARGET_LOAD_FAILED on what is no row of so many columns. */
    public boolean next() throws IOException {
        int first = read();
        if (first < 0) {
            return false;
        }
        int kind = first;
        for (int column = 0; column < kinds.length; column++) {
            if (column > 0) {
                kind = read();
            }
            int separator = content();
            boolean last = column == kinds.length - 1;
            if (separator != (last ? '\n' : '\t')) {
                throw malformed("it ends after " + (column + 1) + " of " + kinds.length + " values");
            }
            keep(column, (char) kind);
        }
        return true;
    }

    /** One of {@link RowEncoder}'s letters. */
    @Override
    public char kind(int column) {
        return kinds[column];
    }

    @Override
    public long integer(int column) {
        return numbers[column];
    }

    @Override
    public double real(int column) {
        return Double.longBitsToDouble(numbers[column]);
    }

    /** Of a text or a blob. */
    @Override
    public byte[] bytes(int column) {
        return contents[column];
    }

    private void keep(int column, char kind) {
        kinds[column] = kind;
        contents[column] = NONE;
        switch (kind) {
            case RowEncoder.NULL -> {}
            case RowEncoder.INTEGER -> numbers[column] = Long.parseLong(ascii());
            case RowEncoder.REAL -> numbers[column] = HexFormat.fromHexDigitsToLong(ascii());
            case RowEncoder.TEXT, RowEncoder.BLOB -> contents[column] = Arrays.copyOf(value, length);
            default -> throw malformed("it has a value of kind " + (int) kind);
        }
        if (value.length > KEPT) {
            value = new byte[256];
        }
    }

    private static final byte[] NONE = {};

    private String ascii() {
        return new String(value, 0, length, StandardCharsets.US_ASCII);
    }

    /** Reads a value up to its separator, which is returned. */
    private int content() throws IOException {
        length = 0;
        while (true) {
            int one = read();
            switch (one) {
                case '\t', '\n', -1 -> {
                    return one;
                }
                case '\\' -> append(unescaped(read()));
                default -> append(one);
            }
        }
    }

    private static int unescaped(int letter) {
        return switch (letter) {
            case 't' -> '\t';
            case 'n' -> '\n';
            case '\\' -> '\\';
            default -> throw malformed("it has an unknown escape: " + letter);
        };
    }

    private void append(int one) {
        if (length == value.length) {
            value = Arrays.copyOf(value, Math.addExact(length, length / 2 + 64));
        }
        value[length++] = (byte) one;
    }

    private int read() throws IOException {
        if (at == end) {
            at = 0;
            end = in.read(block, 0, block.length);
            if (end <= 0) {
                end = 0;
                return -1;
            }
        }
        return block[at++] & 0xff;
    }

    private static HoldfastException malformed(String how) {
        return HoldfastException.of(
                FailureCode.TARGET_LOAD_FAILED,
                "a row of the backup cannot be read: " + how + "; was it written by a newer Holdfast?");
    }
}
