package io.holdfast.engine.d1.read;

import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.sqlite.SqliteReplica;
import io.holdfast.engine.sqlite.SqliteRow;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A row of a table.
 *
 * @param key its key's values as SQL; empty: the one before the first
 * @param row its number, from 0, which counts in a table without a key
 */
record Position(List<String> key, long row) {
    static final Position START = new Position(List.of(), 0);

    Position {
        key = List.copyOf(key);
    }

    static Position of(SqliteReplica.Table table, SqliteRow row, long number) {
        return new Position(
                table.key().stream()
                        .map(column -> row.literal(table.columns().indexOf(column)))
                        .toList(),
                number);
    }

    String after(SqliteReplica.Table table) {
        return key.isEmpty() ? "" : " WHERE " + compared(table, " > ");
    }

    String at(SqliteReplica.Table table) {
        return key.isEmpty() ? "" : " WHERE " + compared(table, " = ");
    }

    String offset(SqliteReplica.Table table) {
        return table.key().isEmpty() ? " OFFSET " + row : "";
    }

    private String compared(SqliteReplica.Table table, String operator) {
        String columns = table.key().stream().map(QualifiedName::quote).collect(Collectors.joining(", "));
        String values = String.join(", ", key);
        return key.size() == 1 ? columns + operator + values : "(" + columns + ")" + operator + "(" + values + ")";
    }
}
