package io.holdfast.engine.sqlite.rows;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Values as SQL that any SQLite reads as exactly these values. */
public final class SqlLiteralWriter {
    private static final int BLOCK = 1 << 16;

    /** 2⁵³: up to here every integer is a real. */
    private static final double EXACT = 9007199254740992d;

    /** 2²⁰, which has few enough digits for any reader. */
    private static final int STEP = 20;

    private final Charset encoding;

    /** @param encoding as {@code PRAGMA encoding} prints it: that of the texts' bytes */
    public SqlLiteralWriter(String encoding) {
        this.encoding = switch (encoding) {
            case "UTF-16le" -> StandardCharsets.UTF_16LE;
            case "UTF-16be" -> StandardCharsets.UTF_16BE;
            default -> StandardCharsets.UTF_8;
        };
    }

    public Charset encoding() {
        return encoding;
    }

    public void write(RowDecoder row, int column, OutputStream out) throws IOException {
        switch (row.kind(column)) {
            case RowEncoder.INTEGER -> ascii(integer(row.integer(column)), out);
            case RowEncoder.REAL -> ascii(real(row.real(column)), out);
            case RowEncoder.TEXT -> text(row.bytes(column), out);
            case RowEncoder.BLOB -> blob(row.bytes(column), out);
            default -> ascii("NULL", out);
        }
    }

    /** The smallest integer's digits alone would be too large for an integer. */
    public static String integer(long value) {
        return value == Long.MIN_VALUE ? "(-9223372036854775807 - 1)" : Long.toString(value);
    }

    /**
     * Decimal digits are rounded by whoever reads them, and older libraries do it not always right. Integers are not; so
     * a real is an integer times or divided by powers of two, which is exact, with its usual form as a comment.
     */
    public static String real(double value) {
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        if (Double.isInfinite(value)) {
            return value < 0 ? "-9e999" : "9e999";
        }
        if (value == Math.rint(value) && Math.abs(value) < EXACT) {
            return (long) value + ".0";
        }
        int exponent = Math.max(Math.getExponent(value), Double.MIN_EXPONENT) - 52;
        long mantissa = (long) Math.scalb(value, -exponent);
        while ((mantissa & 1) == 0) {
            mantissa >>= 1;
            exponent++;
        }
        StringBuilder product = new StringBuilder("(").append(mantissa).append(".0");
        String sign = exponent < 0 ? "/" : "*";
        for (int left = Math.abs(exponent); left > 0; left -= STEP) {
            product.append(sign).append(1L << Math.min(left, STEP)).append(".0");
        }
        return product.append("/*").append(value).append("*/)").toString();
    }

    /** @param bytes in the encoding that these literals are of */
    public void text(byte[] bytes, OutputStream out) throws IOException {
        if (!readable(bytes)) {
            ascii("CAST(", out);
            blob(bytes, out);
            ascii(" AS TEXT)", out);
            return;
        }
        out.write('\'');
        if (encoding.equals(StandardCharsets.UTF_8)) {
            quoted(bytes, bytes.length, out);
        } else {
            decode(bytes, chars -> {
                byte[] utf8 = chars.toString().getBytes(StandardCharsets.UTF_8);
                quoted(utf8, utf8.length, out);
                return true;
            });
        }
        out.write('\'');
    }

    private static void quoted(byte[] utf8, int length, OutputStream out) throws IOException {
        int from = 0;
        for (int i = 0; i < length; i++) {
            if (utf8[i] == '\'') {
                out.write(utf8, from, i + 1 - from);
                from = i; // once more
            }
        }
        out.write(utf8, from, length - from);
    }

    /**
     * Whether it is valid, and has nothing that would end a statement for a program in C, or change on its way: SQLite turns
     * U+FFFE and U+FFFF into U+FFFD when it makes UTF-16 of UTF-8.
     */
    private boolean readable(byte[] bytes) throws IOException {
        return decode(
                bytes, chars -> chars.chars().noneMatch(c -> c == 0 || c == '\r' || c == '\uFEFF' || c >= '\uFFFE'));
    }

    /** Takes some characters; false: no more of them are wanted. */
    @FunctionalInterface
    private interface Characters {
        boolean take(CharBuffer chars) throws IOException;
    }

    /** Piece by piece: all characters of a huge text would need twice its room. False if it is not valid, or stopped. */
    private boolean decode(byte[] bytes, Characters characters) throws IOException {
        CharsetDecoder decoder = encoding.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer some = CharBuffer.allocate(Math.clamp(bytes.length, 2, BLOCK));
        while (true) {
            CoderResult result = decoder.decode(in, some, true);
            some.flip();
            if (result.isError() || !characters.take(some)) {
                return false;
            }
            if (result.isUnderflow()) {
                return true;
            }
            some.clear();
        }
    }

    private static void blob(byte[] bytes, OutputStream out) throws IOException {
        ascii("X'", out);
        for (int from = 0; from < bytes.length; from += BLOCK) {
            ascii(HexFormat.of().formatHex(bytes, from, Math.min(bytes.length, from + BLOCK)), out);
        }
        ascii("'", out);
    }

    private static void ascii(String text, OutputStream out) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }
}
