package io.holdfast.engine.d1.read;

import io.holdfast.engine.sqlite.SqliteReplica;
import io.holdfast.engine.sqlite.SqliteRow;
import java.util.List;

/** A row of a page without the values that no cell can hold; they are asked for by themselves. */
record IncompleteRow(SqliteReplica.Table table, SqliteRow row, Position position, List<Value> values) {
    /**
     * A value.
     *
     * @param column its number in the row
     * @param text whether it is a text, or else a blob
     * @param bytes how many it has
     */
    record Value(int column, boolean text, int bytes) {}

    IncompleteRow {
        values = List.copyOf(values);
    }
}
