package io.holdfast.engine.sqlite.inplace;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.inplace.InPlaceDiff;
import io.holdfast.engine.inplace.InPlacePlan;
import io.holdfast.engine.inplace.InPlaceWriteResult;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.sqlite.jdbc.SqliteConnections;
import io.holdfast.engine.sqlite.jdbc.SqliteErrorTranslator;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.sqlite.SQLiteErrorCode;

/** Staged rows against live tables, in one transaction: compared, or compared, written, and compared again. */
final class InPlaceApplier {
    private final Connection connection;
    private final List<TableRestoreSpec> units;
    private final List<ForeignKey> keys;
    private final boolean withParents;

    InPlaceApplier(Connection connection, List<TableRestoreSpec> units, List<ForeignKey> keys, boolean withParents) {
        this.connection = connection;
        this.units = List.copyOf(units);
        this.keys = keys;
        this.withParents = withParents;
    }

    private List<TableDiff> measure() throws SQLException {
        List<TableDiff> deltas = new ArrayList<>();
        for (TableRestoreSpec unit : units) {
            deltas.add(TableDiff.of(unit, connection));
        }
        keysOf(deltas).bringAlong();
        return deltas;
    }

    private ForeignKeyCheck keysOf(List<TableDiff> deltas) {
        return new ForeignKeyCheck(connection, keys, deltas, withParents);
    }

    List<String> parentsWanted() throws SQLException {
        return keysOf(measure()).parentsWanted();
    }

    InPlaceDiff difference() throws SQLException {
        List<TableDiff> deltas = measure();
        List<InPlaceDiff.Table> tables = new ArrayList<>();
        for (TableDiff delta : deltas) {
            tables.add(delta.shown());
        }
        return new InPlaceDiff(tables, keysOf(deltas).foreseen());
    }

    List<InPlaceWriteResult.Table> write() throws SQLException {
        refuseIfAltered();
        List<TableDiff> deltas = measure();
        ForeignKeyCheck between = keysOf(deltas);
        List<FailureReason> foreseen = between.foreseen();
        Map<ForeignKeyCheck.Violation, Long> before = between.violations();
        for (TableRestoreSpec unit : units) {
            dropTriggers(unit.live());
        }
        List<InPlaceWriteResult.Table> written = writeAll(deltas);
        for (TableRestoreSpec unit : units) {
            makeTriggers(unit.live());
        }
        InPlacePlan.refuse(between.broken(foreseen, before));
        verify(deltas);
        return written;
    }

    private void refuseIfAltered() throws SQLException {
        for (TableRestoreSpec unit : units) {
            if (!LiveTable.of(connection, unit.live().name()).equals(Optional.of(unit.live()))) {
                throw HoldfastException.about(
                        unit.live().qualified().toString(),
                        FailureCode.TARGET_CHANGED,
                        "table " + unit.live().qualified()
                                + " was altered since its rows were staged; nothing was changed, restore again");
            }
        }
    }

    private void dropTriggers(LiveTable table) throws SQLException {
        for (LiveTable.Trigger trigger : table.triggers()) {
            SqliteConnections.run(connection, "DROP TRIGGER " + SqliteConnections.main(trigger.name()));
        }
    }

    /** As they were, to the letter. */
    private void makeTriggers(LiveTable table) throws SQLException {
        for (LiveTable.Trigger trigger : table.triggers()) {
            SqliteConnections.run(connection, trigger.sql());
        }
        if (!LiveTable.triggers(connection, table.name()).equals(table.triggers())) {
            throw HoldfastException.about(
                    table.qualified().toString(),
                    FailureCode.TARGET_LOAD_FAILED,
                    "the triggers of table " + table.qualified()
                            + " cannot be made again as they were; nothing was changed. Restore the whole file into a new one");
        }
    }

    /** What is extra or changed goes first, everywhere: a row may need its place. Foreign keys do not act. */
    private List<InPlaceWriteResult.Table> writeAll(List<TableDiff> deltas) throws SQLException {
        for (TableDiff delta : deltas) {
            if (delta.extra > 0 && delta.unit.deletes()) {
                run(delta, "DELETE FROM " + delta.unit.live().sql() + " AS l WHERE " + delta.among("l", "e"));
            }
            if (delta.changed > 0 && delta.unit.updates()) {
                run(delta, "DELETE FROM " + delta.unit.live().sql() + " AS l WHERE " + delta.among("l", "c"));
            }
        }
        List<InPlaceWriteResult.Table> written = new ArrayList<>();
        for (TableDiff delta : deltas) {
            TableRestoreSpec unit = delta.unit;
            long updated = delta.changed > 0 && unit.updates() ? run(delta, changed(unit)) : 0;
            long inserted = delta.missing > 0 ? missing(delta) : 0;
            written.add(new InPlaceWriteResult.Table(
                    unit.live().qualified(), inserted, updated, unit.deletes() ? delta.extra : 0));
        }
        return written;
    }

    /** With their rowids, and what only the live table has of them. */
    private static String changed(TableRestoreSpec unit) {
        List<String> columns = new ArrayList<>();
        List<String> values = new ArrayList<>();
        if (unit.live().rowidIsHidden()) {
            columns.add(unit.rowid());
            values.add("c.i0");
        }
        unit.restored().forEach(column -> {
            columns.add(QualifiedName.quote(column.name()));
            values.add(column.staged("s"));
        });
        IntStream.range(0, unit.added().size()).forEach(i -> {
            columns.add(QualifiedName.quote(unit.added().get(i)));
            values.add("c.x" + i);
        });
        return insert(unit, columns, values) + unit.temporary("c") + " c CROSS JOIN " + unit.staged()
                + " s WHERE s.rowid = c.s ORDER BY c.s";
    }

    /** A conflict ends it, whatever the table's own definition says of conflicts. */
    private static String insert(TableRestoreSpec unit, List<String> columns, List<String> values) {
        return "INSERT OR ABORT INTO " + unit.live().sql() + " (" + String.join(", ", columns) + ") SELECT "
                + String.join(", ", values) + " FROM ";
    }

    /** With the rowids they had, unless somebody has those by now. */
    private long missing(TableDiff delta) throws SQLException {
        TableRestoreSpec unit = delta.unit;
        List<String> columns = unit.restored().stream()
                .map(column -> QualifiedName.quote(column.name()))
                .collect(Collectors.toCollection(ArrayList::new));
        List<String> values = unit.restored().stream()
                .map(column -> column.staged("s"))
                .collect(Collectors.toCollection(ArrayList::new));
        String rows = unit.temporary("m") + " m CROSS JOIN " + unit.staged() + " s WHERE s.rowid = m.s";
        if (!unit.storedRowid()) {
            return run(delta, insert(unit, columns, values) + rows + " ORDER BY m.s");
        }
        String taken = unit.temporary("late");
        SqliteConnections.run(connection, "DROP TABLE IF EXISTS " + taken);
        SqliteConnections.run(
                connection,
                "CREATE TABLE " + taken + " AS SELECT m.s FROM " + rows + " AND EXISTS (SELECT 1 FROM "
                        + unit.live().sql() + " l WHERE l." + unit.rowid() + " = s.c0)");
        String late = insert(unit, columns, values) + rows + " AND m.s IN (SELECT s FROM " + taken + ") ORDER BY m.s";
        columns.add(unit.rowid());
        values.add("s.c0");
        return run(
                        delta,
                        insert(unit, columns, values) + rows + " AND m.s NOT IN (SELECT s FROM " + taken
                                + ") ORDER BY m.s")
                + run(delta, late);
    }

    private static long run(TableDiff delta, String sql) throws SQLException {
        try {
            return delta.run(sql);
        } catch (SQLException e) {
            SQLiteErrorCode code = SqliteErrorTranslator.code(e);
            if (code != SQLiteErrorCode.SQLITE_CONSTRAINT && code != SQLiteErrorCode.SQLITE_MISMATCH) {
                throw e;
            }
            String table = delta.unit.live().qualified().toString();
            throw new HoldfastException(
                    FailureReason.of(
                            FailureCode.TARGET_LOAD_FAILED,
                            "restoring rows of " + table + ": the table refuses one (" + SqliteErrorTranslator.said(e)
                                    + "): another row may hold its place, or its rules are younger than the backup;"
                                    + " nothing was changed. Choose mode REPLACE, or restore the whole file into a new one",
                            table),
                    e);
        }
    }

    /** The difference is what the mode promises. */
    private void verify(List<TableDiff> before) throws SQLException {
        List<Long> altered = new ArrayList<>();
        for (TableDiff delta : before) {
            altered.add(delta.unit.updates() ? 0 : delta.altered());
        }
        List<TableDiff> after = measure();
        List<FailureReason> differing = new ArrayList<>();
        for (int i = 0; i < after.size(); i++) {
            TableDiff now = after.get(i);
            TableRestoreSpec unit = now.unit;
            boolean kept = unit.deletes() ? now.extra == 0 : now.extra == before.get(i).extra;
            long changed = unit.updates() ? now.changed : altered.get(i);
            if (now.missing > 0 || changed > 0 || !kept) {
                differing.add(FailureReason.of(
                        FailureCode.ROWS_DIFFER,
                        "table " + unit.live().qualified() + " is not what it should be after writing: " + now.missing
                                + " rows missing, " + changed + " changed, " + now.extra
                                + " extra; nothing was kept. Do its columns hold other types than they did?",
                        unit.live().qualified().toString()));
            }
        }
        InPlacePlan.refuse(differing);
    }
}
