package io.holdfast.engine.d1.read;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.d1.client.D1Answer;
import io.holdfast.engine.d1.client.D1Rows;
import io.holdfast.engine.sqlite.SqliteReplica;
import io.holdfast.engine.sqlite.SqliteRow;
import java.util.ArrayList;
import java.util.List;

/** Reads one table page by page. */
final class TableCursor {
    /** Before anything is known of the rows' sizes. */
    private static final long FIRST_ROWS = 2000;

    private static final long FEWEST_ROWS = 100;
    private static final long MOST_ROWS = 200_000;

    private final SqliteReplica.Table table;
    private final PageQuery query;
    private final SqliteRow row;
    private Position position = Position.START;
    private long rows;
    private long pageRows = FIRST_ROWS;
    private double share = 1;
    private long wanted;
    private boolean ended;

    TableCursor(SqliteReplica.Table table) {
        this.table = table;
        this.query = new PageQuery(table);
        this.row = new SqliteRow(table.columns().size());
    }

    SqliteReplica.Table table() {
        return table;
    }

    boolean ended() {
        return ended;
    }

    /** The answer was too large: the next page is half of it. @return false if it was one row already */
    boolean shrink() {
        boolean more = pageRows > 1;
        pageRows = Math.max(1, pageRows / 2);
        share /= 2;
        return more;
    }

    /** @param bytes of the page, about */
    List<String> statements(long bytes) {
        wanted = Math.max(1, (long) (bytes * share));
        List<String> statements = new ArrayList<>(query.page(position, pageRows, wanted));
        statements.add(query.end());
        return statements;
    }

    /**
     * Writes the rows of a page.
     *
     * @param first the number of its first statement
     * @return the rows that lack a value
     */
    List<IncompleteRow> take(D1Answer answer, int first, SqliteReplica replica) {
        List<Integer> slices = query.slices();
        List<D1Rows> parts = new ArrayList<>();
        for (int i = 0; i + 1 < slices.size(); i++) {
            parts.add(answer.rows(first + i));
        }
        List<IncompleteRow> incomplete = new ArrayList<>();
        long before = rows;
        long bytes = 0;
        while (next(parts)) {
            row.clear();
            List<IncompleteRow.Value> missing = new ArrayList<>();
            for (int i = 0; i < parts.size(); i++) {
                for (int column = slices.get(i); column < slices.get(i + 1); column++) {
                    Object cell = parts.get(i).cell();
                    bytes += Cells.size(cell);
                    Cells.Missing value = Cells.read(cell, row, column);
                    if (value != null) {
                        missing.add(new IncompleteRow.Value(column, value.text(), value.bytes()));
                    }
                }
            }
            refuseLongKey(missing);
            position = Position.of(table, row, rows);
            rows++;
            if (missing.isEmpty()) {
                replica.insert(row);
            } else {
                incomplete.add(new IncompleteRow(table, row.copy(), position, missing));
            }
        }
        position = new Position(position.key(), rows);
        ended = isEnd(answer.rows(first + parts.size()));
        estimate(rows - before, bytes);
        return incomplete;
    }

    private void estimate(long pageOf, long bytes) {
        if (pageOf > 0) {
            double average = Math.max(1.0, (double) bytes / pageOf);
            pageRows = Math.clamp((long) (1.2 * wanted / average), Math.min(pageRows, FEWEST_ROWS), MOST_ROWS);
        }
    }

    private void refuseLongKey(List<IncompleteRow.Value> missing) {
        for (IncompleteRow.Value value : missing) {
            String column = table.columns().get(value.column());
            if (table.key().contains(column)) {
                throw HoldfastException.about(
                        table.name(),
                        FailureCode.SOURCE_UNSUPPORTED,
                        "table \"" + table.name() + "\" has a value in column \"" + column
                                + "\" of its primary key that is too long to read on after it; shorten it, or exclude"
                                + " the table");
            }
        }
    }

    private static boolean next(List<D1Rows> parts) {
        boolean more = false;
        for (D1Rows part : parts) {
            more = part.next();
        }
        return more;
    }

    private boolean isEnd(D1Rows last) {
        if (!last.next()) {
            return true; // no rows at all
        }
        if (table.key().isEmpty()) {
            return last.text().equals("i" + rows);
        }
        SqliteRow end = new SqliteRow(table.columns().size());
        for (String column : table.key()) {
            Cells.read(last.cell(), end, table.columns().indexOf(column));
        }
        return Position.of(table, end, rows).key().equals(position.key());
    }
}
