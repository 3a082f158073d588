package io.holdfast.config;

import java.util.List;

/** A column, written {@code table.column} or {@code schema.table.column}, quoted as a {@link TableName} is. */
public record ColumnName(TableName table, String column) {
    static final String PATTERN =
            TableName.PATTERN.replace("^", "^(?:").replace("$", ")\\.") + "(?:[^\".\\s]+|\"(?:[^\"]|\"\")+\")$";

    /**
     * Reads a name.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    public static ColumnName parse(String text) {
        List<String> parts = TableName.parts(text);
        if (parts.size() < 2 || parts.size() > 3) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a column; write table.column or schema.table.column");
        }
        return new ColumnName(TableName.of(parts.subList(0, parts.size() - 1)), parts.getLast());
    }

    @Override
    public String toString() {
        return table + "." + TableName.quoted(column);
    }
}
