package io.holdfast.engine.postgres.inplace;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreTarget.Mode;
import io.holdfast.engine.inplace.InPlacePlan;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What must be so once rows are written, and before they are committed. */
final class PostWriteCheck {
    private final Connection connection;
    private final List<TableDiff> before;
    private final List<TableDiff> after;

    PostWriteCheck(Connection connection, List<TableDiff> before, List<TableDiff> after) {
        this.connection = connection;
        this.before = before;
        this.after = after;
    }

    /** The difference is what the mode promises. */
    void promised() {
        List<FailureReason> differing = new ArrayList<>();
        for (int i = 0; i < after.size(); i++) {
            TableDiff now = after.get(i);
            TableRestoreSpec unit = now.unit;
            boolean kept = unit.mode() == Mode.REPLACE || now.extra == before.get(i).extra;
            if (now.missing > 0 || (unit.updates() && now.changed > 0) || (unit.deletes() && now.extra > 0) || !kept) {
                differing.add(FailureReason.of(
                        FailureCode.ROWS_DIFFER,
                        "table " + unit.name() + " is not what it should be after writing: " + now.missing
                                + " rows missing, " + now.changed + " changed, " + now.extra
                                + " extra; nothing was kept",
                        unit.name().toString()));
            }
        }
        InPlacePlan.refuse(differing);
    }

    /** A deferrable constraint is checked by a trigger, which did not act. */
    void unique() throws SQLException {
        for (TableDiff delta : before) {
            TableRestoreSpec unit = delta.unit;
            for (List<String> columns : LiveTableReader.deferred(connection, unit.live())) {
                String names = Sql.columns(columns);
                long twice = TableDiff.count(
                        connection,
                        "(SELECT FROM " + unit.live().sql() + " WHERE ROW(" + names + ") IS NOT NULL GROUP BY " + names
                                + " HAVING count(*) > 1) t");
                if (twice > 0) {
                    throw HoldfastException.about(
                            unit.name().toString(),
                            FailureCode.TARGET_LOAD_FAILED,
                            "restoring rows of " + unit.name() + ": " + twice + " values of "
                                    + String.join(", ", columns)
                                    + ", which are unique, would be there twice; nothing was changed. Choose mode"
                                    + " REPLACE, or restore the whole database into a new one");
                }
            }
        }
    }
}
