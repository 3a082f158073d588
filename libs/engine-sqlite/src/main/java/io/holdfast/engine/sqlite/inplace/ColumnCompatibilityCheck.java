package io.holdfast.engine.sqlite.inplace;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.RestoreTarget.Mode;
import io.holdfast.engine.support.NameSuggestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What of one live table's definition stands against writing a backup's rows to it. */
final class ColumnCompatibilityCheck {
    private final TableRestoreSpec unit;
    private final List<FailureReason> problems = new ArrayList<>();

    private ColumnCompatibilityCheck(TableRestoreSpec unit) {
        this.unit = unit;
    }

    static List<FailureReason> problems(TableRestoreSpec unit) {
        ColumnCompatibilityCheck columns = new ColumnCompatibilityCheck(unit);
        columns.restored();
        columns.added();
        columns.recognised();
        columns.picks();
        return columns.problems;
    }

    private void restored() {
        List<String> stored = unit.stored().columns();
        for (String name : unit.storedRowid() ? stored.subList(1, stored.size()) : stored) {
            LiveTable.Column column = unit.live().column(name).orElse(null);
            if (column == null && !isRowid(name)) {
                problem(
                        FailureCode.TARGET_UNSUITABLE,
                        "has no column \"" + name + "\" any more, which the backup has; add it again, or restore the"
                                + " whole file into a new one and copy what you need");
            } else if (column != null && column.generated()) {
                problem(
                        FailureCode.TARGET_UNSUITABLE,
                        "generates column \"" + name + "\" now, which the backup has values for; nothing may write it");
            }
        }
    }

    /** One that the backup has first, because its table had no column for it, and this one has no room for. */
    private boolean isRowid(String name) {
        return unit.stored().columns().getFirst().equals(name)
                && List.of("rowid", "_rowid_", "oid").contains(name)
                && !unit.live().rowidIsHidden();
    }

    private void added() {
        for (String name : unit.added()) {
            if (!unit.live().column(name).orElseThrow().given()) {
                problem(
                        FailureCode.TARGET_UNSUITABLE,
                        "has a column \"" + name
                                + "\" that the backup does not have, that may not be null and has no default; give it a"
                                + " default");
            }
        }
    }

    private void recognised() {
        if (unit.live().identity().isEmpty() || !unit.recognises()) {
            problem(
                    FailureCode.TARGET_UNSUITABLE,
                    "has no primary key, no unique key without nulls and no rowid in common with the backup, so no row of"
                            + " it can be recognised; restore the whole file");
        } else if (unit.key().isEmpty() && (unit.mode() != Mode.REPLACE || !unit.chosen())) {
            problem(
                    FailureCode.REQUEST_INVALID,
                    "has no primary key and no unique key without nulls, so no row of it can be recognised; choose mode"
                            + " REPLACE, which makes its rows and their rowids as in the backup");
        } else if (unit.key().isEmpty() && !unit.picks().isEmpty()) {
            problem(
                    FailureCode.REQUEST_INVALID,
                    "has no primary key and no unique key without nulls, and other rows may have the rowids of the chosen"
                            + " ones by now; restore the whole table in mode REPLACE, or the whole file into a new one and copy"
                            + " the rows");
        } else if (unit.key().isEmpty() && !unit.added().isEmpty()) {
            problem(
                    FailureCode.TARGET_UNSUITABLE,
                    "has columns that the backup does not have (" + String.join(", ", unit.added())
                            + "), and no primary key and no unique key without nulls: their values would go to other"
                            + " rows; restore the whole file into a new one and copy what you need");
        }
    }

    private void picks() {
        List<String> names =
                unit.restored().stream().map(TableRestoreSpec.Restored::name).toList();
        for (Map<String, String> pick : unit.picks()) {
            for (String column : pick.keySet()) {
                if (unit.restored(column).isEmpty()) {
                    problem(
                            FailureCode.REQUEST_INVALID,
                            "has no column \"" + column + "\" in the backup; did you mean \""
                                    + NameSuggestion.of(column, names) + "\"?");
                }
            }
        }
    }

    private void problem(FailureCode code, String what) {
        String name = unit.live().qualified().toString();
        problems.add(FailureReason.of(code, "table " + name + " " + what, name));
    }
}
