package io.holdfast.engine.postgres.inplace;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.RestoreTarget.Mode;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.catalog.ForeignTableQueries;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.jdbc.SqlErrorTranslator;
import io.holdfast.engine.postgres.jdbc.SqlFragment;
import io.holdfast.engine.support.NameSuggestion;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What of one live table's definition stands against writing a backup's rows to it. */
final class ColumnCompatibilityCheck {
    private final Connection connection;
    private final List<FailureReason> problems = new ArrayList<>();

    ColumnCompatibilityCheck(Connection connection) {
        this.connection = connection;
    }

    List<FailureReason> problems(TableRestoreSpec unit) throws SQLException {
        restored(unit);
        added(unit);
        if (unit.chosen() && unit.mode() != Mode.REPLACE && unit.key().isEmpty()) {
            problem(
                    FailureCode.REQUEST_INVALID,
                    unit,
                    "has no primary key and no unique key without nulls, so no row of it can be recognised; choose mode"
                            + " REPLACE, which compares whole rows");
        }
        picks(unit);
        guarded(unit);
        return problems;
    }

    private void restored(TableRestoreSpec unit) {
        for (String name : unit.columns()) {
            LiveTable.Column column = unit.live().column(name).orElse(null);
            if (column == null) {
                unsuitable(
                        unit,
                        "has no column \"" + name + "\" any more, which the backup has; add it again, or restore the"
                                + " whole database into a new one and copy what you need");
            } else if (column.generated()) {
                unsuitable(
                        unit,
                        "generates column \"" + name + "\" now, which the backup has values for; nothing may write it");
            }
        }
    }

    private void added(TableRestoreSpec unit) {
        for (LiveTable.Column column : unit.live().columns()) {
            if (!unit.columns().contains(column.name()) && !column.generated() && !column.given()) {
                unsuitable(
                        unit,
                        "has a column \"" + column.name()
                                + "\" that the backup does not have, that may not be null and has no default; give it a"
                                + " default");
            }
        }
    }

    private void picks(TableRestoreSpec unit) throws SQLException {
        for (Map<String, String> pick : unit.picks()) {
            for (Map.Entry<String, String> entry : pick.entrySet()) {
                LiveTable.Column column = unit.live().column(entry.getKey()).orElse(null);
                if (!unit.columns().contains(entry.getKey())) {
                    problem(
                            FailureCode.REQUEST_INVALID,
                            unit,
                            "has no column \"" + entry.getKey() + "\" in the backup; did you mean \""
                                    + NameSuggestion.of(entry.getKey(), unit.columns()) + "\"?");
                } else if (column != null) {
                    value(unit, column, entry.getValue());
                }
            }
        }
    }

    /** Asks the server, which alone knows its types. */
    private void value(TableRestoreSpec unit, LiveTable.Column column, String value) throws SQLException {
        String equal = column.equal();
        if (equal == null) {
            incomparable(unit, column);
            return;
        }
        Sql.run(connection, "SAVEPOINT trial");
        try {
            SqlFragment.run(
                    connection,
                    "SELECT ?::" + column.plain() + " " + equal + " ?::" + column.plain(),
                    List.of(value, value));
        } catch (SQLException e) {
            String state = SqlErrorTranslator.state(e);
            if (state.equals("42883")) {
                incomparable(unit, column);
            } else if (state.startsWith("22") || state.startsWith("42")) {
                problem(
                        FailureCode.REQUEST_INVALID,
                        unit,
                        "has a column \"" + column.name() + "\" of type " + column.type()
                                + ", and the given value is not of this type (SQLSTATE " + state + ")");
            } else {
                throw e;
            }
        }
        Sql.run(connection, "ROLLBACK TO SAVEPOINT trial");
    }

    private void incomparable(TableRestoreSpec unit, LiveTable.Column column) {
        problem(
                FailureCode.REQUEST_INVALID,
                unit,
                "has a column \"" + column.name() + "\" of type " + column.type()
                        + ", whose values cannot be compared; choose rows by another column");
    }

    private void guarded(TableRestoreSpec unit) throws SQLException {
        if (unit.live().partitioned() && ForeignTableQueries.isParent(connection, unit.name())) {
            unsuitable(
                    unit,
                    "has a partition that is a foreign table, on a server that must not be written to; select"
                            + " its other partitions one by one");
        }
        if (Sql.one(
                connection,
                "SELECT pg_catalog.row_security_active(" + unit.live().oid() + "::pg_catalog.oid)",
                row -> row.getBoolean(1))) {
            problem(
                    FailureCode.TARGET_PERMISSION_DENIED,
                    unit,
                    "hides rows from this role by row-level security; restore as its owner or as a role with BYPASSRLS");
        }
        if (!Sql.strings(
                        connection,
                        "SELECT 1 FROM pg_catalog.pg_constraint WHERE contype = 'x' AND condeferrable AND conrelid = "
                                + unit.live().oid())
                .isEmpty()) {
            unsuitable(
                    unit,
                    "has a deferrable exclusion constraint, which this version cannot keep while it writes; make"
                            + " it NOT DEFERRABLE, or restore the whole database");
        }
    }

    private void unsuitable(TableRestoreSpec unit, String what) {
        problem(FailureCode.TARGET_UNSUITABLE, unit, what);
    }

    private void problem(FailureCode code, TableRestoreSpec unit, String what) {
        QualifiedName name = unit.name();
        problems.add(FailureReason.of(code, "table " + name + " " + what, name.toString()));
    }
}
