package io.holdfast.engine.postgres.inplace;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.inplace.InPlaceDiff;
import io.holdfast.engine.inplace.InPlacePlan;
import io.holdfast.engine.inplace.InPlaceSelection;
import io.holdfast.engine.inplace.InPlaceStage;
import io.holdfast.engine.inplace.InPlaceWriteResult;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.Fingerprint;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.jdbc.SqlErrorTranslator;
import io.holdfast.engine.rows.RowSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Rows of a backup in a schema of their own. */
final class PostgresInPlaceStage implements InPlaceStage {
    private final PostgresLiveDatabase live;
    private final StagingSchema schema;
    private final StagingTables tables;
    private final InPlaceSelection selection;
    private final DatabaseDescriptor backup;
    private final List<TableRestoreSpec> units;
    private List<ForeignKey> keys;
    private final Set<QualifiedName> loaded = new HashSet<>();
    private final List<List<Long>> counts = new ArrayList<>();
    private int chosen;
    private boolean complete;

    PostgresInPlaceStage(
            PostgresLiveDatabase live,
            StagingSchema schema,
            InPlaceSelection selection,
            DatabaseDescriptor backup,
            InPlacePlanner.Resolved resolved) {
        this.live = live;
        this.schema = schema;
        this.tables = new StagingTables(schema);
        this.selection = selection;
        this.backup = backup;
        this.units = new ArrayList<>(resolved.units());
        this.keys = resolved.keys();
    }

    void create(Connection connection) throws SQLException {
        for (TableRestoreSpec unit : units) {
            tables.create(connection, unit);
        }
    }

    @Override
    public synchronized List<TableDescriptor> wanting() {
        List<TableDescriptor> wanting = unloaded();
        if (!complete && wanting.isEmpty()) {
            live.run("choosing rows to restore", "BEGIN", connection -> {
                settle(connection);
                Sql.run(connection, "COMMIT");
                return true;
            });
            wanting = unloaded();
            complete = wanting.isEmpty();
        }
        return wanting;
    }

    private List<TableDescriptor> unloaded() {
        return units.stream()
                .flatMap(unit -> unit.parts().stream())
                .filter(part -> !loaded.contains(part.name()))
                .toList();
    }

    private void settle(Connection connection) throws SQLException {
        for (; chosen < units.size(); chosen++) {
            TableRestoreSpec unit = units.get(chosen);
            tables.choose(connection, unit);
            long unrecognisable = tables.unrecognisable(connection, unit);
            if (unrecognisable > 0) {
                throw refused(
                        unit.name(),
                        unrecognisable + " rows of " + unit.name() + " in the backup have no or the same key ("
                                + String.join(", ", unit.key().orElseThrow().columns())
                                + "), which is younger than the backup; restore the whole database into a new one and copy what you"
                                + " need");
            }
        }
        if (selection.withParents()) {
            for (QualifiedName parent : new MissingParentCollector(connection, schema.sql(), units, keys).take()) {
                bringAlong(connection, parent);
            }
        }
        counts.clear();
        for (TableRestoreSpec unit : units.subList(0, chosen)) {
            counts.add(tables.counts(connection, unit));
        }
    }

    private void bringAlong(Connection connection, QualifiedName parent) throws SQLException {
        InPlacePlanner.Resolved along = InPlacePlanner.along(connection, parent, units.size() + 1, backup);
        InPlacePlan.refuse(along.problems());
        if (!along.units().isEmpty()) {
            units.addAll(along.units());
            tables.create(connection, along.units().getFirst());
            keys = ForeignKey.of(
                    connection, units.stream().map(TableRestoreSpec::live).toList());
            InPlacePlan.refuse(new InPlacePrivilegeCheck(connection).lacking(units, keys));
        }
    }

    @Override
    public void load(TableDescriptor table, Fingerprint expected, RowSource source) {
        TableRestoreSpec unit = unitOf(table);
        String doing = "staging " + table.name();
        live.run(doing, "BEGIN", connection -> {
            Fingerprint staged;
            try {
                staged = tables.load(connection, unit, table, source);
            } catch (SQLException e) {
                if (SqlErrorTranslator.state(e).startsWith("22")
                        || SqlErrorTranslator.state(e).startsWith("23")) {
                    throw refused(table.name(), doing + ": " + SqlErrorTranslator.said(e) + "; " + retyped(unit), e);
                }
                throw e;
            }
            if (!staged.equals(expected)) {
                throw HoldfastException.about(
                        table.name().toString(),
                        FailureCode.ROWS_DIFFER,
                        doing + ": " + expected + " in the backup became " + staged + "; " + retyped(unit));
            }
            Sql.run(connection, "COMMIT");
            return true;
        });
        synchronized (this) {
            loaded.add(table.name());
        }
    }

    private static String retyped(TableRestoreSpec unit) {
        return "the live table " + unit.name() + " holds other types of values than it did; nothing live was touched:"
                + " restore the whole database into a new one and copy what you need";
    }

    private synchronized TableRestoreSpec unitOf(TableDescriptor table) {
        return units.stream()
                .filter(unit -> unit.parts().contains(table))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("table " + table.name() + " is not wanted"));
    }

    private static HoldfastException refused(QualifiedName table, String message) {
        return HoldfastException.about(table.toString(), FailureCode.TARGET_UNSUITABLE, message);
    }

    private static HoldfastException refused(QualifiedName table, String message, SQLException e) {
        return new HoldfastException(FailureReason.of(FailureCode.TARGET_UNSUITABLE, message, table.toString()), e);
    }

    private synchronized InPlaceApplier applying(Connection connection) throws SQLException {
        if (!complete) {
            throw new IllegalStateException("rows are still wanting");
        }
        for (int i = 0; i < units.size(); i++) {
            if (!tables.counts(connection, units.get(i)).equals(counts.get(i))) {
                throw HoldfastException.about(
                        units.get(i).name().toString(),
                        FailureCode.TARGET_LOAD_FAILED,
                        "the staged rows of " + units.get(i).name()
                                + " changed: the server crashed, or another session wrote to the stage;"
                                + " stage them again");
            }
        }
        return new InPlaceApplier(connection, schema, units, keys, selection.withParents());
    }

    @Override
    public synchronized Set<QualifiedName> tables() {
        return units.stream().map(TableRestoreSpec::name).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public InPlaceDiff difference() {
        return live.run(
                "comparing live tables with the backup",
                "BEGIN ISOLATION LEVEL REPEATABLE READ",
                connection -> applying(connection).difference());
    }

    @Override
    public InPlaceWriteResult apply() {
        return live.run("restoring rows", "BEGIN", connection -> {
            schema.lock(connection);
            InPlaceWriteResult before = schema.applied(connection).orElse(null);
            if (before != null) {
                return before;
            }
            InPlaceApplier applying = applying(connection);
            applying.write();
            Sql.run(connection, "COMMIT");
            return schema.applied(connection).orElseThrow();
        });
    }
}
