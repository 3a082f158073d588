package io.holdfast.engine.sqlite.inplace;

import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.sqlite.jdbc.ReservedNames;
import io.holdfast.engine.sqlite.jdbc.SqliteConnections;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A table in use, as far as statements that write to it depend on it.
 *
 * @param kind table, shadow, virtual or view, as SQLite calls it
 * @param rowid by which name its rowid is to be had; null: it has none, or columns of its own hide it
 * @param keys by which rows are recognised, none of whose values is null: the primary key first
 * @param primary the primary key's columns
 */
record LiveTable(
        String name,
        String kind,
        @Nullable String rowid,
        List<Column> columns,
        List<Key> keys,
        List<String> primary,
        List<Trigger> triggers) {

    /** @param given whether a row needs no value for it: nullable, or with a default */
    record Column(String name, boolean generated, boolean given) {}

    record Key(List<Part> parts) {
        List<String> columns() {
            return parts.stream().map(Part::column).toList();
        }
    }

    record Part(String column, String collation) {}

    record Trigger(String name, String sql) {}

    private static final List<String> ROWID_NAMES = List.of("rowid", "_rowid_", "oid");

    QualifiedName qualified() {
        return new QualifiedName(ReservedNames.MAIN, name);
    }

    String sql() {
        return SqliteConnections.main(name);
    }

    /** Names of columns mean the same in either case. */
    Optional<Column> column(String wanted) {
        return columns.stream()
                .filter(column -> column.name().equalsIgnoreCase(wanted))
                .findFirst();
    }

    /** Whether the rowid is no column that somebody declared. */
    boolean rowidIsHidden() {
        return rowid != null && column(rowid).isEmpty();
    }

    /** What tells a live row from all others while nobody else writes. Empty: nothing can be said of single rows. */
    List<String> identity() {
        return rowid != null ? List.of(rowid) : primary;
    }

    static Optional<LiveTable> of(Connection connection, String wanted) throws SQLException {
        List<Listed> listed = SqliteConnections.list(
                connection,
                "SELECT name, type, wr FROM pragma_table_list WHERE schema = 'main' AND name = ? COLLATE NOCASE",
                row -> new Listed(row.getString(1), row.getString(2), row.getInt(3) == 0),
                wanted);
        return listed.isEmpty() ? Optional.empty() : Optional.of(of(connection, listed.getFirst()));
    }

    private record Listed(String name, String kind, boolean hasRowid) {}

    private record Declared(Column column, String type, boolean notNull, int inKey) {}

    private static LiveTable of(Connection connection, Listed listed) throws SQLException {
        List<Declared> all = SqliteConnections.list(
                connection,
                "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?, 'main') ORDER BY cid",
                row -> new Declared(
                        new Column(row.getString(1), row.getInt(6) > 1, row.getInt(3) == 0 || row.getString(4) != null),
                        row.getString(2),
                        row.getInt(3) > 0,
                        row.getInt(5)),
                listed.name());
        List<String> primary = all.stream()
                .filter(column -> column.inKey() > 0)
                .sorted(java.util.Comparator.comparingInt(Declared::inKey))
                .map(column -> column.column().name())
                .toList();
        List<Index> indexes = indexes(connection, listed.name());
        boolean alias = listed.hasRowid()
                && primary.size() == 1
                && indexes.stream().noneMatch(Index::primary)
                && all.stream()
                        .anyMatch(column -> column.inKey() > 0
                                && column.type().toUpperCase(Locale.ROOT).equals("INTEGER"));
        String rowid = alias
                ? primary.getFirst()
                : !listed.hasRowid()
                        ? null
                        : ROWID_NAMES.stream()
                                .filter(name -> all.stream()
                                        .noneMatch(
                                                column -> column.column().name().equalsIgnoreCase(name)))
                                .findFirst()
                                .orElse(null);
        List<Key> keys = keys(connection, listed, all, indexes);
        if (alias) {
            keys.addFirst(new Key(List.of(new Part(primary.getFirst(), "BINARY"))));
        }
        return new LiveTable(
                listed.name(),
                listed.kind(),
                rowid,
                all.stream().map(Declared::column).toList(),
                List.copyOf(keys),
                primary,
                triggers(connection, listed.name()));
    }

    private record Index(boolean primary, List<Part> parts) {}

    /** Unique ones over columns and all rows, the primary key's first. */
    private static List<Index> indexes(Connection connection, String table) throws SQLException {
        List<String[]> named = SqliteConnections.list(
                connection,
                "SELECT name, origin FROM pragma_index_list(?, 'main') WHERE \"unique\" = 1 AND partial = 0"
                        + " ORDER BY origin <> 'pk', name",
                row -> new String[] {row.getString(1), row.getString(2)},
                table);
        List<Index> indexes = new ArrayList<>();
        for (String[] index : named) {
            List<Optional<Part>> parts = SqliteConnections.list(
                    connection,
                    "SELECT name, coll FROM pragma_index_xinfo(?, 'main') WHERE \"key\" = 1 ORDER BY seqno",
                    row -> Optional.ofNullable(row.getString(1)).map(column -> {
                        try {
                            return new Part(column, row.getString(2));
                        } catch (SQLException e) {
                            throw new IllegalStateException(e);
                        }
                    }),
                    index[0]);
            if (parts.stream().allMatch(Optional::isPresent)) {
                indexes.add(new Index(
                        index[1].equals("pk"),
                        parts.stream().map(Optional::orElseThrow).toList()));
            }
        }
        return indexes;
    }

    /** A primary key may hold nulls in SQLite, which are no values to recognise a row by. */
    private static List<Key> keys(Connection connection, Listed listed, List<Declared> all, List<Index> indexes)
            throws SQLException {
        List<Key> keys = new ArrayList<>();
        for (Index index : indexes) {
            boolean never = all.stream()
                    .filter(column -> index.parts().stream()
                            .anyMatch(
                                    part -> part.column().equals(column.column().name())))
                    .allMatch(Declared::notNull);
            if (never || (index.primary() && !(listed.hasRowid() && hasNulls(connection, listed.name(), index)))) {
                keys.add(new Key(index.parts()));
            }
        }
        return keys;
    }

    private static boolean hasNulls(Connection connection, String table, Index index) throws SQLException {
        String any = index.parts().stream()
                .map(part -> QualifiedName.quote(part.column()) + " IS NULL")
                .collect(java.util.stream.Collectors.joining(" OR "));
        return !SqliteConnections.list(
                        connection,
                        "SELECT 1 FROM " + SqliteConnections.main(table) + " WHERE " + any + " LIMIT 1",
                        row -> 1)
                .isEmpty();
    }

    static List<Trigger> triggers(Connection connection, String table) throws SQLException {
        return SqliteConnections.list(
                connection,
                "SELECT name, sql FROM main.sqlite_schema WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE"
                        + " ORDER BY rowid",
                row -> new Trigger(row.getString(1), row.getString(2)),
                table);
    }
}
