package io.holdfast.engine.d1.load;

import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.sqlite.SqliteRow;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Rows of one table as INSERT statements of less than 100,000 bytes, D1's limit. Values are literals, which need nothing of D1 but
 * SQL. A value that makes a statement too long is put together in a table of its own: in the row's table a part of it could be taken
 * for a number.
 */
final class RowStatements {
    static final String VALUES = "holdfast_load_values";

    private static final int LONGEST = 85_000;

    /** Instructions of SQLite's machine for one statement, about; D1's limit seems to be 25,000. */
    private static final int MOST_STEPS = 8_000;

    /** Of a real's literal, which is a product: one factor has so many characters. */
    private static final int FACTOR = 10;

    /** Bytes of a value that are hexadecimal digits of one statement. */
    private static final int PIECE = 45_000;

    /** Of a row that is too long, values beyond this are put together first: a hundred columns fit then. */
    private static final int LONG_LITERAL = 300;

    private final LoadBatches batches;
    private final String start;
    private final int columns;
    private final StringBuilder statement = new StringBuilder();
    private int length;
    private int steps;
    private int value;

    RowStatements(LoadBatches batches, String table, List<String> columns) {
        this.batches = batches;
        this.columns = columns.size();
        this.start = columns.stream()
                .map(QualifiedName::quote)
                .collect(Collectors.joining(", ", "INSERT INTO " + QualifiedName.quote(table) + " (", ") VALUES "));
    }

    void row(SqliteRow row) {
        String[] literals = new String[columns];
        long length = 2;
        for (int i = 0; i < columns; i++) {
            // a longer value has a longer literal, which need not be made
            boolean tooLong = row.content(i).length > LONGEST;
            literals[i] = tooLong ? "" : row.readable(i);
            length += tooLong ? LONGEST : bytes(literals[i]) + 2;
        }
        if (length <= LONGEST) {
            append("(" + String.join(", ", literals) + ")", steps(row, literals));
        } else {
            longRow(row, literals);
        }
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private int steps(SqliteRow row, String[] literals) {
        int needed = 5 + 2 * columns;
        for (int i = 0; i < columns; i++) {
            needed += row.content(i).length == 0 ? 2 * literals[i].length() / FACTOR : 0;
        }
        return needed;
    }

    private void append(String tuple, int needed) {
        int more = bytes(tuple) + 2;
        if (length + more > LONGEST || steps + needed > MOST_STEPS) {
            flush();
        }
        steps += needed;
        if (statement.isEmpty()) {
            statement.append(start).append(tuple);
            length = bytes(start) + more;
        } else {
            statement.append(", ").append(tuple);
            length += more;
        }
    }

    private void longRow(SqliteRow row, String[] literals) {
        flush();
        for (int i = 0; i < columns; i++) {
            if (row.content(i).length > LONG_LITERAL) {
                literals[i] = collected(row, i);
            }
        }
        batches.add(start + "(" + String.join(", ", literals) + ")");
        batches.add("DELETE FROM " + VALUES);
    }

    /** @return an expression that is the value */
    private String collected(SqliteRow row, int column) {
        value++;
        byte[] bytes = row.content(column);
        for (int from = 0; from < bytes.length; from += PIECE) {
            String piece = "X'" + HexFormat.of().formatHex(bytes, from, Math.min(bytes.length, from + PIECE)) + "'";
            batches.add(
                    from == 0
                            ? "INSERT INTO " + VALUES + " VALUES (" + value + ", " + piece + ")"
                            : "UPDATE " + VALUES + " SET v = CAST(v || " + piece + " AS BLOB) WHERE id = " + value);
        }
        return "(SELECT " + (row.isText(column) ? "CAST(v AS TEXT)" : "v") + " FROM " + VALUES + " WHERE id = " + value
                + ")";
    }

    void flush() {
        if (!statement.isEmpty()) {
            batches.add(statement.toString());
            statement.setLength(0);
            length = 0;
            steps = 0;
        }
    }
}
