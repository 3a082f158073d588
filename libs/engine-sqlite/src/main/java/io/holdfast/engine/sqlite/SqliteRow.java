package io.holdfast.engine.sqlite;

import io.holdfast.engine.sqlite.rows.RowEncoder;
import io.holdfast.engine.sqlite.rows.RowValues;
import io.holdfast.engine.sqlite.rows.SqlLiteralWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** One row, to be filled value by value and used again for the next; columns are numbered from 0. */
public final class SqliteRow implements RowValues {
    private static final byte[] NONE = {};

    private final char[] kinds;
    private final long[] numbers;
    private final byte[][] contents;

    public SqliteRow(int columns) {
        kinds = new char[columns];
        numbers = new long[columns];
        contents = new byte[columns][];
        clear();
    }

    /** The same values, to be kept. */
    public SqliteRow copy() {
        SqliteRow copy = new SqliteRow(kinds.length);
        System.arraycopy(kinds, 0, copy.kinds, 0, kinds.length);
        System.arraycopy(numbers, 0, copy.numbers, 0, kinds.length);
        System.arraycopy(contents, 0, copy.contents, 0, kinds.length);
        return copy;
    }

    /** All values are NULL. */
    public void clear() {
        Arrays.fill(kinds, RowEncoder.NULL);
        Arrays.fill(contents, NONE);
    }

    public void integer(int column, long value) {
        kinds[column] = RowEncoder.INTEGER;
        numbers[column] = value;
    }

    public void real(int column, double value) {
        kinds[column] = RowEncoder.REAL;
        numbers[column] = Double.doubleToRawLongBits(value);
    }

    /** @param value in UTF-8, valid or not */
    public void text(int column, byte[] value) {
        kinds[column] = RowEncoder.TEXT;
        contents[column] = value;
    }

    public void blob(int column, byte[] value) {
        kinds[column] = RowEncoder.BLOB;
        contents[column] = value;
    }

    /** As an expression of SQL without affinity, in ASCII. */
    public String literal(int column) {
        return switch (kinds[column]) {
            case RowEncoder.INTEGER -> SqlLiteralWriter.integer(numbers[column]);
            case RowEncoder.REAL -> SqlLiteralWriter.real(real(column));
            case RowEncoder.TEXT -> "+CAST(" + hex(contents[column]) + " AS TEXT)";
            case RowEncoder.BLOB -> hex(contents[column]);
            default -> "NULL";
        };
    }

    /** As {@link #literal}, but a text that is readable is written as it is. */
    public String readable(int column) {
        if (kinds[column] != RowEncoder.TEXT) {
            return literal(column);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            new SqlLiteralWriter("UTF-8").text(contents[column], out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Whether it is a text; see {@link #content}. */
    public boolean isText(int column) {
        return kinds[column] == RowEncoder.TEXT;
    }

    /** The bytes of a text or blob; of another value none. */
    public byte[] content(int column) {
        return contents[column];
    }

    private static String hex(byte[] bytes) {
        return "X'" + HexFormat.of().formatHex(bytes) + "'";
    }

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

    @Override
    public byte[] bytes(int column) {
        return contents[column];
    }
}
