package io.holdfast.engine.postgres.inplace;

import io.holdfast.engine.inplace.InPlaceDiff;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.jdbc.SqlFragment;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How one live table differs from what is staged for it, as tables of the stage: rows that are missing (m), that changed (c
 * as in the backup, o as they are) and that are extra (e). Of live rows it holds where they lie, which stays true while the
 * transaction keeps others from writing.
 */
final class TableDiff {
    /** No column of anybody's is called this. */
    private static final String WHERE = "\"holdfast table\", \"holdfast row\"";

    private static final int SAMPLES = 10;

    final TableRestoreSpec unit;
    private final String schema;
    private final String round;
    long missing;
    long changed;
    long extra;

    /** @param round sets the tables of one comparison apart from those of another in the same transaction */
    TableDiff(TableRestoreSpec unit, String schema, String round) {
        this.unit = unit;
        this.schema = schema;
        this.round = round;
    }

    String missingRows() {
        return relation("m");
    }

    /** As in the backup. */
    String changedRows() {
        return relation("c");
    }

    String changedOldRows() {
        return relation("o");
    }

    String extraRows() {
        return relation("e");
    }

    private String relation(String kind) {
        return schema + "." + QualifiedName.quote(kind + unit.number() + round);
    }

    private String staged(String kind) {
        return schema + "." + QualifiedName.quote(kind + unit.number());
    }

    /** Whether a live row is the one that a row of c, o or e is about. */
    static String at(String live, String row) {
        return live + ".tableoid = " + row + ".\"holdfast table\" AND " + live + ".ctid = " + row + ".\"holdfast row\"";
    }

    void measure(Connection connection) throws SQLException {
        boolean keyed = unit.key().isPresent();
        missing = create(connection, missingRows(), keyed ? missingByKey() : missingByRow());
        changed = create(connection, changedRows(), changedSql(keyed));
        create(connection, changedOldRows(), old());
        extra = create(connection, extraRows(), keyed ? extraByKey() : extraByRow());
    }

    void drop(Connection connection) throws SQLException {
        Sql.run(
                connection,
                "DROP TABLE " + missingRows() + ", " + changedRows() + ", " + changedOldRows() + ", " + extraRows());
    }

    private static long create(Connection connection, String table, SqlFragment query) throws SQLException {
        long rows =
                SqlFragment.run(connection, "CREATE UNLOGGED TABLE " + table + " AS " + query.sql(), query.values());
        Sql.run(connection, "ANALYZE " + table);
        return rows;
    }

    private SqlFragment missingByKey() {
        return plain("SELECT " + unit.columns("w") + " FROM " + staged("w") + " w WHERE NOT EXISTS (SELECT FROM "
                + unit.live().sql() + " l WHERE " + unit.same("l", "w") + ")" + along());
    }

    private String along() {
        return " UNION ALL SELECT " + unit.columns("a") + " FROM " + staged("a") + " a WHERE NOT EXISTS (SELECT FROM "
                + unit.live().sql() + " l WHERE " + unit.same("l", "a") + ") AND NOT EXISTS (SELECT FROM " + staged("w")
                + " w WHERE " + unit.same("w", "a") + ")";
    }

    /** Equal rows are counted: of three in the backup and one in the table two are missing. */
    private SqlFragment missingByRow() {
        SqlFragment picked = unit.picked("l");
        return new SqlFragment(
                "SELECT " + unit.columns("w") + " FROM (SELECT w.*, " + unit.text("w") + " AS \"holdfast text\","
                        + " pg_catalog.row_number() OVER (PARTITION BY " + unit.text("w") + ") AS \"holdfast n\" FROM "
                        + staged("w") + " w) w LEFT JOIN (SELECT " + unit.text("l")
                        + " AS t, pg_catalog.count(*) AS n FROM "
                        + unit.live().sql() + " l WHERE " + picked.sql()
                        + " GROUP BY 1) l ON l.t = w.\"holdfast text\" WHERE w.\"holdfast n\" > coalesce(l.n, 0)"
                        + along(),
                picked.values());
    }

    private SqlFragment changedSql(boolean keyed) {
        String rows =
                "SELECT " + unit.columns("w") + ", l.tableoid AS \"holdfast table\", l.ctid AS \"holdfast row\" FROM "
                        + staged("w") + " w JOIN " + unit.live().sql() + " l ON ";
        return plain(
                keyed
                        ? rows + unit.same("l", "w") + " AND " + unit.text("l") + " <> " + unit.text("w")
                        : rows + "false");
    }

    private SqlFragment old() {
        return plain("SELECT c.\"holdfast table\", c.\"holdfast row\", l.* FROM " + changedRows() + " c JOIN "
                + unit.live().sql() + " l ON " + at("l", "c"));
    }

    private SqlFragment extraByKey() {
        SqlFragment picked = unit.picked("l");
        return new SqlFragment(
                "SELECT l.tableoid AS \"holdfast table\", l.ctid AS \"holdfast row\", l.* FROM "
                        + unit.live().sql() + " l WHERE " + looked(picked) + " AND NOT EXISTS (SELECT FROM "
                        + staged("w") + " w WHERE " + unit.same("l", "w") + ")",
                unit.chosen() ? picked.values() : List.of());
    }

    private SqlFragment extraByRow() {
        SqlFragment picked = unit.picked("l");
        return new SqlFragment(
                "SELECT " + WHERE + ", " + live("l") + " FROM (SELECT l.tableoid AS \"holdfast table\", l.ctid AS"
                        + " \"holdfast row\", l.*, " + unit.text("l")
                        + " AS \"holdfast text\", pg_catalog.row_number() OVER"
                        + " (PARTITION BY " + unit.text("l") + ") AS \"holdfast n\" FROM "
                        + unit.live().sql() + " l WHERE "
                        + looked(picked) + ") l LEFT JOIN (SELECT " + unit.text("w")
                        + " AS t, pg_catalog.count(*) AS n FROM " + staged("w")
                        + " w GROUP BY 1) w ON w.t = l.\"holdfast text\" WHERE l.\"holdfast n\" > coalesce(w.n, 0)",
                unit.chosen() ? picked.values() : List.of());
    }

    private static SqlFragment plain(String sql) {
        return new SqlFragment(sql, List.of());
    }

    /** Of a table that only gives rows along, nothing is extra. */
    private String looked(SqlFragment picked) {
        return unit.chosen() ? picked.sql() : "false";
    }

    private String live(String alias) {
        return unit.live().columns().stream()
                .map(column -> alias + "." + QualifiedName.quote(column.name()))
                .collect(Collectors.joining(", "));
    }

    InPlaceDiff.Table shown(Connection connection) throws SQLException {
        return new InPlaceDiff.Table(
                unit.name(),
                count(connection, staged("w")),
                count(connection, staged("a")),
                rows(connection, missing, missingRows()),
                rows(connection, changed, changedRows()),
                rows(connection, extra, extraRows()));
    }

    static long count(Connection connection, String relation) throws SQLException {
        return Sql.one(connection, "SELECT count(*) FROM " + relation, row -> row.getLong(1));
    }

    private InPlaceDiff.Rows rows(Connection connection, long count, String relation) throws SQLException {
        List<String> key = unit.key().map(LiveTable.Key::columns).orElse(List.of());
        return new InPlaceDiff.Rows(
                count, count == 0 || key.isEmpty() ? List.of() : samples(connection, relation, key));
    }

    private static List<Map<String, String>> samples(Connection connection, String relation, List<String> key)
            throws SQLException {
        String columns = Sql.columns(key);
        return Sql.list(
                connection,
                "SELECT " + columns + " FROM " + relation + " ORDER BY " + columns + " LIMIT " + SAMPLES,
                row -> {
                    Map<String, String> sample = new LinkedHashMap<>();
                    for (int i = 0; i < key.size(); i++) {
                        sample.put(key.get(i), Sql.text(row, i + 1));
                    }
                    return sample;
                });
    }
}
