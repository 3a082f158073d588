package io.holdfast.engine.sqlite;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.engine.LiveDifference;
import io.holdfast.engine.LivePlan;
import io.holdfast.engine.LiveWrites;
import io.holdfast.engine.QualifiedName;
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
final class LiveApplying {
    private final Connection connection;
    private final List<LiveUnit> units;
    private final List<ForeignKey> keys;
    private final boolean withParents;

    LiveApplying(Connection connection, List<LiveUnit> units, List<ForeignKey> keys, boolean withParents) {
        this.connection = connection;
        this.units = List.copyOf(units);
        this.keys = keys;
        this.withParents = withParents;
    }

    private List<LiveDelta> measure() throws SQLException {
        List<LiveDelta> deltas = new ArrayList<>();
        for (LiveUnit unit : units) {
            deltas.add(LiveDelta.of(unit, connection));
        }
        keysOf(deltas).bringAlong();
        return deltas;
    }

    private LiveKeys keysOf(List<LiveDelta> deltas) {
        return new LiveKeys(connection, keys, deltas, withParents);
    }

    List<String> parentsWanted() throws SQLException {
        return keysOf(measure()).parentsWanted();
    }

    LiveDifference difference() throws SQLException {
        List<LiveDelta> deltas = measure();
        List<LiveDifference.Table> tables = new ArrayList<>();
        for (LiveDelta delta : deltas) {
            tables.add(delta.shown());
        }
        return new LiveDifference(tables, keysOf(deltas).foreseen());
    }

    List<LiveWrites.Table> write() throws SQLException {
        refuseIfAltered();
        List<LiveDelta> deltas = measure();
        LiveKeys between = keysOf(deltas);
        List<FailureReason> foreseen = between.foreseen();
        Map<LiveKeys.Violation, Long> before = between.violations();
        for (LiveUnit unit : units) {
            dropTriggers(unit.live());
        }
        List<LiveWrites.Table> written = writeAll(deltas);
        for (LiveUnit unit : units) {
            makeTriggers(unit.live());
        }
        LivePlan.refuse(between.broken(foreseen, before));
        verify(deltas);
        return written;
    }

    private void refuseIfAltered() throws SQLException {
        for (LiveUnit unit : units) {
            if (!LiveTable.of(connection, unit.live().name()).equals(Optional.of(unit.live()))) {
                throw Failure.about(
                        unit.live().qualified().toString(),
                        FailureCode.TARGET_CHANGED,
                        "table " + unit.live().qualified()
                                + " was altered since its rows were staged; nothing was changed, restore again");
            }
        }
    }

    private void dropTriggers(LiveTable table) throws SQLException {
        for (LiveTable.Trigger trigger : table.triggers()) {
            Sqlite.run(connection, "DROP TRIGGER " + Sqlite.main(trigger.name()));
        }
    }

    /** As they were, to the letter. */
    private void makeTriggers(LiveTable table) throws SQLException {
        for (LiveTable.Trigger trigger : table.triggers()) {
            Sqlite.run(connection, trigger.sql());
        }
        if (!LiveTable.triggers(connection, table.name()).equals(table.triggers())) {
            throw Failure.about(
                    table.qualified().toString(),
                    FailureCode.TARGET_LOAD_FAILED,
                    "the triggers of table " + table.qualified()
                            + " cannot be made again as they were; nothing was changed. Restore the whole file beside");
        }
    }

    /** What is extra or changed goes first, everywhere: a row may need its place. Foreign keys do not act. */
    private List<LiveWrites.Table> writeAll(List<LiveDelta> deltas) throws SQLException {
        for (LiveDelta delta : deltas) {
            if (delta.extra > 0 && delta.unit.deletes()) {
                run(delta, "DELETE FROM " + delta.unit.live().sql() + " AS l WHERE " + delta.among("l", "e"));
            }
            if (delta.changed > 0 && delta.unit.updates()) {
                run(delta, "DELETE FROM " + delta.unit.live().sql() + " AS l WHERE " + delta.among("l", "c"));
            }
        }
        List<LiveWrites.Table> written = new ArrayList<>();
        for (LiveDelta delta : deltas) {
            LiveUnit unit = delta.unit;
            long updated = delta.changed > 0 && unit.updates() ? run(delta, changed(unit)) : 0;
            long inserted = delta.missing > 0 ? missing(delta) : 0;
            written.add(
                    new LiveWrites.Table(unit.live().qualified(), inserted, updated, unit.deletes() ? delta.extra : 0));
        }
        return written;
    }

    /** With their rowids, and what only the live table has of them. */
    private static String changed(LiveUnit unit) {
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
    private static String insert(LiveUnit unit, List<String> columns, List<String> values) {
        return "INSERT OR ABORT INTO " + unit.live().sql() + " (" + String.join(", ", columns) + ") SELECT "
                + String.join(", ", values) + " FROM ";
    }

    /** With the rowids they had, unless somebody has those by now. */
    private long missing(LiveDelta delta) throws SQLException {
        LiveUnit unit = delta.unit;
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
        Sqlite.run(connection, "DROP TABLE IF EXISTS " + taken);
        Sqlite.run(
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

    private static long run(LiveDelta delta, String sql) throws SQLException {
        try {
            return delta.run(sql);
        } catch (SQLException e) {
            SQLiteErrorCode code = SqliteFailures.code(e);
            if (code != SQLiteErrorCode.SQLITE_CONSTRAINT && code != SQLiteErrorCode.SQLITE_MISMATCH) {
                throw e;
            }
            String table = delta.unit.live().qualified().toString();
            throw new Failure(
                    FailureReason.of(
                            FailureCode.TARGET_LOAD_FAILED,
                            "restoring rows of " + table + ": the table refuses one (" + SqliteFailures.said(e)
                                    + "): another row may hold its place, or its rules are younger than the backup;"
                                    + " nothing was changed. Choose mode REPLACE, or restore the whole file beside",
                            table),
                    e);
        }
    }

    /** The difference is what the mode promises. */
    private void verify(List<LiveDelta> before) throws SQLException {
        List<Long> altered = new ArrayList<>();
        for (LiveDelta delta : before) {
            altered.add(delta.unit.updates() ? 0 : delta.altered());
        }
        List<LiveDelta> after = measure();
        List<FailureReason> differing = new ArrayList<>();
        for (int i = 0; i < after.size(); i++) {
            LiveDelta now = after.get(i);
            LiveUnit unit = now.unit;
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
        LivePlan.refuse(differing);
    }
}
