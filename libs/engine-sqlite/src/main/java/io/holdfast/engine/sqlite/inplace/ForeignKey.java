package io.holdfast.engine.sqlite.inplace;

import io.holdfast.engine.sqlite.jdbc.SqliteConnections;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A foreign key as it is declared, whether or not anybody has it enforced.
 *
 * @param parentColumns empty: what it refers to is not there, or has no primary key
 */
record ForeignKey(String child, List<String> childColumns, String parent, List<String> parentColumns) {

    /** SQLite keeps no names of constraints. */
    String shown() {
        return child + "(" + String.join(", ", childColumns) + ")";
    }

    boolean leadsFrom(String table) {
        return child.equalsIgnoreCase(table);
    }

    boolean leadsTo(String table) {
        return parent.equalsIgnoreCase(table);
    }

    private record Column(String table, int id, String parent, String from, Optional<String> to) {}

    /** All of the database. */
    static List<ForeignKey> all(Connection connection) throws SQLException {
        List<Column> columns = SqliteConnections.list(
                connection,
                "SELECT m.name, f.id, f.\"table\", f.\"from\", f.\"to\" FROM main.sqlite_schema m,"
                        + " pragma_foreign_key_list(m.name, 'main') f WHERE m.type = 'table' ORDER BY m.name, f.id, f.seq",
                row -> new Column(
                        row.getString(1),
                        row.getInt(2),
                        row.getString(3),
                        row.getString(4),
                        Optional.ofNullable(row.getString(5))));
        List<ForeignKey> keys = new ArrayList<>();
        for (int from = 0; from < columns.size(); ) {
            Column first = columns.get(from);
            int to = from;
            while (to < columns.size()
                    && columns.get(to).table().equals(first.table())
                    && columns.get(to).id() == first.id()) {
                to++;
            }
            keys.add(of(connection, columns.subList(from, to)));
            from = to;
        }
        return keys;
    }

    private static ForeignKey of(Connection connection, List<Column> columns) throws SQLException {
        Column first = columns.getFirst();
        Optional<LiveTable> parent = LiveTable.of(connection, first.parent());
        List<String> to = parent.isEmpty()
                ? List.of()
                : first.to().isPresent()
                        ? columns.stream()
                                .flatMap(column -> column.to().stream())
                                .toList()
                        : parent.get().primary();
        return new ForeignKey(
                first.table(),
                columns.stream().map(Column::from).toList(),
                parent.map(LiveTable::name).orElse(first.parent()),
                to.size() == columns.size() ? to : List.of());
    }
}
