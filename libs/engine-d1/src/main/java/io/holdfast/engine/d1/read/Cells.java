package io.holdfast.engine.d1.read;

import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.sqlite.SqliteRow;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * How a value passes through JSON unchanged. D1 makes JavaScript numbers of integers and reals, and strings of texts: integers
 * beyond 2^53, infinities, the sign of zero, bytes that are no UTF-8 would be lost. So a cell is
 *
 * <ul>
 *   <li>null: NULL
 *   <li>a number: a real, whose shortest decimal form is exact
 *   <li>{@code i} and digits: an integer
 *   <li>{@code +}, {@code -}, {@code z}: the reals infinity, minus infinity and minus zero
 *   <li>{@code t}, the number of bytes, a colon and the text. If what arrives is not so many bytes, or holds U+FFFD, which
 *       stands for bytes that are no UTF-8, its bytes are asked for
 *   <li>{@code b} and hexadecimal digits: a blob; {@code h}: a text of a key, after which the next page is asked for
 *   <li>{@code T} or {@code B}, and the number of bytes: a text or blob that is asked for in pieces
 * </ul>
 */
final class Cells {
    /** A cell is a value too, and D1's are 2,000,000 bytes at most. */
    private static final int LONG_TEXT = 1_900_000;

    private static final int LONG_BLOB = 900_000;

    /** Quotes, the separator, and the longest prefix. */
    private static final int OVERHEAD = 10;

    private Cells() {}

    /** What a cell says of a value that it does not hold. */
    record Missing(boolean text, int bytes) {}

    /** The expression of a cell. */
    static String expression(String column) {
        return expression(column, false);
    }

    /** The same of a column of a key. */
    static String keyExpression(String column) {
        return expression(column, true);
    }

    private static String expression(String column, boolean key) {
        String c = QualifiedName.quote(column);
        String bytes = "length(CAST(" + c + " AS BLOB))";
        return "CASE typeof(" + c + ") WHEN 'integer' THEN 'i' || " + c
                + " WHEN 'real' THEN CASE WHEN " + c + " = 9e999 THEN '+' WHEN " + c + " = -9e999 THEN '-' WHEN " + c
                + " = 0 AND atan2(" + c + ", -1.0) < 0 THEN 'z' ELSE " + c + " END"
                + " WHEN 'text' THEN CASE WHEN " + bytes + " > " + (key ? LONG_BLOB : LONG_TEXT) + " THEN 'T' || "
                + bytes
                + " ELSE " + (key ? "'h' || hex(CAST(" + c + " AS BLOB))" : "'t' || " + bytes + " || ':' || " + c)
                + " END"
                + " WHEN 'blob' THEN CASE WHEN length(" + c + ") > " + LONG_BLOB + " THEN 'B' || length(" + c
                + ") ELSE 'b' || hex(" + c + ") END END";
    }

    /** About how many bytes a cell has in an answer. */
    static String size(String column, boolean key) {
        String c = QualifiedName.quote(column);
        String twice = key ? "2" : "(1 + (typeof(" + c + ") = 'blob'))";
        return "(" + OVERHEAD + " + ifnull(length(CAST(" + c + " AS BLOB)), 0) * " + twice + ")";
    }

    /** The same of a cell that arrived. */
    static long size(@Nullable Object cell) {
        return cell instanceof String text ? OVERHEAD + text.length() : 2L * OVERHEAD;
    }

    /** Puts a cell's value into a row. @return what is missing, or null */
    static @Nullable Missing read(@Nullable Object cell, SqliteRow row, int column) {
        return switch (cell) {
            case null -> null;
            case Double real -> {
                row.real(column, real);
                yield null;
            }
            case Object other -> text(other.toString(), row, column);
        };
    }

    private static @Nullable Missing text(String cell, SqliteRow row, int column) {
        String rest = cell.substring(1);
        switch (cell.charAt(0)) {
            case 'i' -> row.integer(column, Long.parseLong(rest));
            case '+' -> row.real(column, Double.POSITIVE_INFINITY);
            case '-' -> row.real(column, Double.NEGATIVE_INFINITY);
            case 'z' -> row.real(column, -0.0);
            case 'b' -> row.blob(column, HexFormat.of().parseHex(rest));
            case 'h' -> row.text(column, HexFormat.of().parseHex(rest));
            case 'B' -> {
                return new Missing(false, Integer.parseInt(rest));
            }
            case 'T' -> {
                return new Missing(true, Integer.parseInt(rest));
            }
            case 't' -> {
                int colon = rest.indexOf(':');
                int length = Integer.parseInt(rest, 0, colon, 10);
                String value = rest.substring(colon + 1);
                byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
                if (bytes.length != length || value.indexOf('\uFFFD') >= 0 || !paired(value)) {
                    return new Missing(true, length);
                }
                row.text(column, bytes);
            }
            default -> throw new IllegalStateException("a cell of an unknown kind: " + cell.charAt(0));
        }
        return null;
    }

    private static boolean paired(String value) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(value);
    }
}
