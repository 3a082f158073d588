package io.holdfast.engine.d1.read;

import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.sqlite.SqliteReplica;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The statements that give a page of a table: rows in the order of their key, after a position, as many as fit into so many bytes,
 * and at least one. A result has 100 columns at most, so that a wide table's rows come in slices of the same transaction.
 */
final class PageQuery {
    private static final int SLICE = 50;

    private final SqliteReplica.Table table;

    PageQuery(SqliteReplica.Table table) {
        this.table = table;
    }

    /** The first column of each slice, and the end of the last. */
    List<Integer> slices() {
        List<Integer> starts = new ArrayList<>();
        for (int from = 0; from < table.columns().size(); from += SLICE) {
            starts.add(from);
        }
        starts.add(table.columns().size());
        return starts;
    }

    /** @param position where the page begins */
    List<String> page(Position position, long rows, long bytes) {
        String source = from() + position.after(table) + ordered("");
        String limit = " LIMIT (SELECT max(1, count(*)) FROM (SELECT sum(z) OVER (ROWS UNBOUNDED PRECEDING) AS a FROM"
                + " (SELECT " + size(0, table.columns().size()) + " AS z" + source + " LIMIT " + rows
                + position.offset(table) + ")) WHERE a <= " + bytes + ")" + position.offset(table);
        List<String> statements = new ArrayList<>();
        List<Integer> starts = slices();
        for (int i = 0; i + 1 < starts.size(); i++) {
            statements.add(
                    "SELECT " + cells(table.columns().subList(starts.get(i), starts.get(i + 1))) + source + limit);
        }
        return statements;
    }

    /** The key of the last row, or if there is no key the number of rows. */
    String end() {
        return table.key().isEmpty()
                ? "SELECT 'i' || count(*)" + from()
                : "SELECT " + cells(table.key()) + from() + ordered(" DESC") + " LIMIT 1";
    }

    /** Some bytes of one value, from 1, as hexadecimal digits. */
    String piece(String column, Position row, long from, int bytes) {
        return "SELECT hex(substr(CAST(" + QualifiedName.quote(column) + " AS BLOB), " + from + ", " + bytes + "))"
                + from() + row.at(table) + ordered("") + " LIMIT 1" + row.offset(table);
    }

    private String cells(List<String> columns) {
        return columns.stream()
                .map(column -> table.key().contains(column) ? Cells.keyExpression(column) : Cells.expression(column))
                .collect(Collectors.joining(", "));
    }

    private String from() {
        // without a key the order is that of the table's pages, which no index has
        return " FROM " + QualifiedName.quote(table.name()) + (table.key().isEmpty() ? " NOT INDEXED" : "");
    }

    private String ordered(String direction) {
        return table.key().isEmpty()
                ? ""
                : table.key().stream()
                        .map(column -> QualifiedName.quote(column) + direction)
                        .collect(Collectors.joining(", ", " ORDER BY ", ""));
    }

    /** A sum as a balanced tree: an expression is 100 levels deep at most. */
    private String size(int from, int to) {
        if (to - from == 1) {
            String column = table.columns().get(from);
            return Cells.size(column, table.key().contains(column));
        }
        int middle = (from + to) / 2;
        return "(" + size(from, middle) + " + " + size(middle, to) + ")";
    }
}
