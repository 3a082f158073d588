package io.holdfast.engine.sqlite.inplace;

import io.holdfast.engine.inplace.InPlaceDiff;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.sqlite.jdbc.SqliteConnections;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How one live table differs from what is staged for it, as temporary tables of the connection: staged rows that are missing
 * (m) or changed (c, with what identifies the live row and what only that has), and live rows that are extra (e).
 */
final class TableDiff {
    private static final int SAMPLES = 10;

    final TableRestoreSpec unit;
    private final Connection connection;
    long missing;
    long changed;
    long extra;

    private TableDiff(TableRestoreSpec unit, Connection connection) {
        this.unit = unit;
        this.connection = connection;
    }

    /** Takes the place of an earlier one of the same connection and unit. */
    static TableDiff of(TableRestoreSpec unit, Connection connection) throws SQLException {
        TableDiff delta = new TableDiff(unit, connection);
        delta.prepare();
        if (unit.chosen()) {
            delta.fill();
        }
        return delta;
    }

    private void prepare() throws SQLException {
        for (int i = 0; i < unit.picks().size(); i++) {
            pick(unit.temporary("p" + i + "_"), unit.picks().get(i));
        }
        fresh("m", "(s INTEGER PRIMARY KEY, along INTEGER NOT NULL)");
        fresh("c", "AS SELECT 0 AS s" + each(unit.identity("l"), "i") + each(added("l"), "x") + nothing());
        fresh("x", "AS SELECT " + each(unit.identity("l"), "i").substring(2) + nothing());
        fresh("e", "AS SELECT " + each(unit.identity("l"), "i").substring(2) + nothing());
    }

    /** So made, a column keeps the affinity that it has in the live table. */
    private String nothing() {
        return " FROM " + unit.live().sql() + " l WHERE 0";
    }

    private void pick(String table, Map<String, String> values) throws SQLException {
        String columns = values.keySet().stream()
                .map(column ->
                        QualifiedName.quote(unit.restored(column).orElseThrow().name()))
                .collect(Collectors.joining(", "));
        SqliteConnections.run(connection, "DROP TABLE IF EXISTS " + table);
        SqliteConnections.run(connection, "CREATE TABLE " + table + " AS SELECT " + columns + nothing());
        String marks = values.keySet().stream().map(any -> "?").collect(Collectors.joining(", "));
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO " + table + " VALUES (" + marks + ")")) {
            int at = 0;
            for (String value : values.values()) {
                insert.setString(++at, value);
            }
            insert.executeUpdate();
        }
    }

    private void fresh(String kind, String definition) throws SQLException {
        SqliteConnections.run(connection, "DROP TABLE IF EXISTS " + unit.temporary(kind));
        SqliteConnections.run(connection, "CREATE TABLE " + unit.temporary(kind) + " " + definition);
    }

    private static String each(List<String> expressions, String name) {
        return IntStream.range(0, expressions.size())
                .mapToObj(i -> ", " + expressions.get(i) + " AS " + name + i)
                .collect(Collectors.joining());
    }

    private List<String> added(String alias) {
        return unit.added().stream()
                .map(column -> alias + "." + QualifiedName.quote(column))
                .toList();
    }

    private void fill() throws SQLException {
        String staged = unit.staged() + " s";
        String live = unit.live().sql() + " l";
        // in this order: for each staged row the live table's own index is asked
        String both =
                staged + " CROSS JOIN " + live + " WHERE " + unit.same("l", "s") + " AND " + unit.pickedStaged("s");
        missing = run("INSERT INTO " + unit.temporary("m") + " SELECT s.rowid, 0 FROM " + staged + " WHERE "
                + unit.pickedStaged("s") + " AND NOT EXISTS (SELECT 1 FROM " + live + " WHERE " + unit.same("l", "s")
                + ")");
        changed = run("INSERT INTO " + unit.temporary("c") + " SELECT s.rowid" + each(unit.identity("l"), "i")
                + each(added("l"), "x") + " FROM " + both + " AND NOT " + unit.equal("l", "s"));
        SqliteConnections.run(
                connection, "CREATE INDEX " + unit.temporary("ci") + " ON " + unit.temporaryName("c") + " (s)");
        String identity = String.join(", ", unit.identity("l"));
        run("INSERT INTO " + unit.temporary("x") + " SELECT " + identity + " FROM " + both);
        extra = run("INSERT INTO " + unit.temporary("e") + " SELECT " + identity + " FROM " + live + " WHERE "
                + unit.pickedLive("l") + " EXCEPT SELECT * FROM " + unit.temporary("x"));
    }

    /** Missing rows that were inserted and are not what they are in the backup. Before anybody compares again. */
    long altered() throws SQLException {
        return count(unit.temporary("m") + " m CROSS JOIN " + unit.staged() + " s WHERE s.rowid = m.s AND NOT EXISTS"
                + " (SELECT 1 FROM " + unit.live().sql() + " l WHERE " + unit.same("l", "s") + " AND "
                + unit.equal("l", "s") + ")");
    }

    long run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeLargeUpdate(sql);
        }
    }

    /** Numbers of the staged rows that are written. */
    String written() {
        return "SELECT s FROM " + unit.temporary("m")
                + (unit.updates() ? " UNION ALL SELECT s FROM " + unit.temporary("c") : "");
    }

    /** Whether a live row is one of c or e. */
    String among(String alias, String kind) {
        List<String> identity = unit.identity(alias);
        String columns =
                IntStream.range(0, identity.size()).mapToObj(i -> "i" + i).collect(Collectors.joining(", "));
        return "(" + String.join(", ", identity) + ") IN (SELECT " + columns + " FROM " + unit.temporary(kind) + ")";
    }

    /** Whether a live row is deleted, or replaced by another. */
    String gone(String alias) {
        List<String> ways = new ArrayList<>(List.of("0"));
        if (unit.updates() && changed > 0) {
            ways.add(among(alias, "c"));
        }
        if (unit.deletes() && extra > 0) {
            ways.add(among(alias, "e"));
        }
        return "(" + String.join(" OR ", ways) + ")";
    }

    InPlaceDiff.Table shown() throws SQLException {
        String staged = unit.staged() + " s";
        return new InPlaceDiff.Table(
                unit.live().qualified(),
                unit.chosen() ? count(staged + " WHERE " + unit.pickedStaged("s")) : 0,
                count(unit.temporary("m") + " WHERE along"),
                rows(missing, staged + " WHERE s.rowid IN (SELECT s FROM " + unit.temporary("m") + ")", true),
                rows(changed, staged + " WHERE s.rowid IN (SELECT s FROM " + unit.temporary("c") + ")", true),
                rows(extra, unit.live().sql() + " l WHERE " + among("l", "e"), false));
    }

    long count(String relation) throws SQLException {
        return SqliteConnections.list(connection, "SELECT count(*) FROM " + relation, row -> row.getLong(1))
                .getFirst();
    }

    private InPlaceDiff.Rows rows(long count, String relation, boolean staged) throws SQLException {
        List<String> key = unit.key().map(LiveTable.Key::columns).orElse(List.of());
        if (count == 0 || key.isEmpty()) {
            return new InPlaceDiff.Rows(count, List.of());
        }
        List<String> columns = key.stream()
                .map(column -> unit.restored(column).orElseThrow())
                .map(column -> staged ? column.staged("s") : column.live("l"))
                .toList();
        String shown = columns.stream()
                .map(column -> "CASE typeof(" + column + ") WHEN 'blob' THEN hex(" + column + ") ELSE CAST(" + column
                        + " AS TEXT) END")
                .collect(Collectors.joining(", "));
        return new InPlaceDiff.Rows(
                count,
                SqliteConnections.list(
                        connection,
                        "SELECT " + shown + " FROM " + relation + " ORDER BY " + String.join(", ", columns) + " LIMIT "
                                + SAMPLES,
                        row -> {
                            Map<String, String> sample = new LinkedHashMap<>();
                            for (int i = 0; i < key.size(); i++) {
                                sample.put(key.get(i), row.getString(i + 1));
                            }
                            return sample;
                        }));
    }
}
