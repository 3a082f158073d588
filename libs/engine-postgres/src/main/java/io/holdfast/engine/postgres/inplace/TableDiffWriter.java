package io.holdfast.engine.postgres.inplace;

import io.holdfast.engine.inplace.InPlaceWriteResult;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.jdbc.SqlFragment;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/** Writes one table's delta. */
final class TableDiffWriter {
    private final Connection connection;
    private final TableDiff delta;
    private final TableRestoreSpec unit;
    private final boolean anewAllowed;
    private long inserted;
    private long updated;
    private long deleted;

    /** @param anewAllowed whether changed rows may be deleted and inserted: nothing follows a deleted row */
    TableDiffWriter(Connection connection, TableDiff delta, boolean anewAllowed) {
        this.connection = connection;
        this.anewAllowed = anewAllowed;
        this.delta = delta;
        this.unit = delta.unit;
    }

    QualifiedName name() {
        return unit.name();
    }

    LiveTable table() {
        return unit.live();
    }

    InPlaceWriteResult.Table written() {
        return new InPlaceWriteResult.Table(unit.name(), inserted, updated, deleted);
    }

    void delete() throws SQLException {
        if (unit.deletes() && delta.extra > 0) {
            deleted = SqlFragment.run(
                    connection,
                    "DELETE FROM " + unit.live().sql() + " l USING " + delta.extraRows() + " e WHERE "
                            + TableDiff.at("l", "e"));
        }
    }

    void update() throws SQLException {
        if (unit.updates() && delta.changed > 0) {
            updated = anewAllowed && placesMayBeTaken() ? putAnew() : inPlace();
        }
    }

    void insert() throws SQLException {
        if (delta.missing > 0) {
            inserted = SqlFragment.run(
                    connection,
                    "INSERT INTO " + unit.name().sql() + " (" + Sql.columns(unit.columns())
                            + ") OVERRIDING SYSTEM VALUE SELECT " + unit.columns("m") + " FROM " + delta.missingRows()
                            + " m");
        }
    }

    /** Rows that exchange unique values, or whose identity changed, cannot be updated one after the other. */
    private boolean placesMayBeTaken() {
        return unit.live().uniques() > 1
                || unit.columns().stream().anyMatch(column -> identity(column) && !keyed(column));
    }

    private boolean identity(String column) {
        return unit.live().column(column).orElseThrow().identityAlways();
    }

    private boolean keyed(String column) {
        return unit.key().orElseThrow().columns().contains(column);
    }

    /** Columns that the backup does not have keep their values. */
    private long inPlace() throws SQLException {
        return SqlFragment.run(
                connection,
                "UPDATE " + unit.live().sql() + " l SET "
                        + unit.columns().stream()
                                .filter(column -> !identity(column))
                                .map(column -> QualifiedName.quote(column) + " = c." + QualifiedName.quote(column))
                                .collect(Collectors.joining(", "))
                        + " FROM " + delta.changedRows() + " c WHERE " + TableDiff.at("l", "c"));
    }

    private long putAnew() throws SQLException {
        SqlFragment.run(
                connection,
                "DELETE FROM " + unit.live().sql() + " l USING " + delta.changedOldRows() + " o WHERE "
                        + TableDiff.at("l", "o"));
        List<String> kept = unit.live().columns().stream()
                .filter(column -> !column.generated() && !unit.columns().contains(column.name()))
                .map(LiveTable.Column::name)
                .toList();
        String more = kept.isEmpty() ? "" : ", ";
        return SqlFragment.run(
                connection,
                "INSERT INTO " + unit.name().sql() + " (" + Sql.columns(unit.columns()) + more + Sql.columns(kept)
                        + ") OVERRIDING SYSTEM VALUE SELECT " + unit.columns("c") + more
                        + kept.stream()
                                .map(column -> "o." + QualifiedName.quote(column))
                                .collect(Collectors.joining(", "))
                        + " FROM " + delta.changedRows() + " c JOIN " + delta.changedOldRows()
                        + " o USING (\"holdfast table\", \"holdfast row\")");
    }
}
