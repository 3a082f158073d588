package io.holdfast.engine.postgres;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.engine.DatabaseShape;
import io.holdfast.engine.Fingerprint;
import io.holdfast.engine.LiveDifference;
import io.holdfast.engine.LivePlan;
import io.holdfast.engine.LiveSelection;
import io.holdfast.engine.LiveStage;
import io.holdfast.engine.LiveWrites;
import io.holdfast.engine.QualifiedName;
import io.holdfast.engine.RowSource;
import io.holdfast.engine.TableShape;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Rows of a backup in a schema of their own. */
final class PostgresStage implements LiveStage {
    private final PostgresLive live;
    private final StageSchema schema;
    private final StageTables tables;
    private final LiveSelection selection;
    private final DatabaseShape backup;
    private final List<LiveUnit> units;
    private List<ForeignKey> keys;
    private final Set<QualifiedName> loaded = new HashSet<>();
    private final List<List<Long>> counts = new ArrayList<>();
    private int chosen;
    private boolean complete;

    PostgresStage(
            PostgresLive live,
            StageSchema schema,
            LiveSelection selection,
            DatabaseShape backup,
            LivePlanning.Resolved resolved) {
        this.live = live;
        this.schema = schema;
        this.tables = new StageTables(schema);
        this.selection = selection;
        this.backup = backup;
        this.units = new ArrayList<>(resolved.units());
        this.keys = resolved.keys();
    }

    void create(Connection connection) throws SQLException {
        for (LiveUnit unit : units) {
            tables.create(connection, unit);
        }
    }

    @Override
    public synchronized List<TableShape> wanting() {
        List<TableShape> wanting = unloaded();
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

    private List<TableShape> unloaded() {
        return units.stream()
                .flatMap(unit -> unit.parts().stream())
                .filter(part -> !loaded.contains(part.name()))
                .toList();
    }

    private void settle(Connection connection) throws SQLException {
        for (; chosen < units.size(); chosen++) {
            LiveUnit unit = units.get(chosen);
            tables.choose(connection, unit);
            long unrecognisable = tables.unrecognisable(connection, unit);
            if (unrecognisable > 0) {
                throw refused(
                        unit.name(),
                        unrecognisable + " rows of " + unit.name() + " in the backup have no or the same key ("
                                + String.join(", ", unit.key().orElseThrow().columns())
                                + "), which is younger than the backup; restore the whole database beside and copy what you"
                                + " need");
            }
        }
        if (selection.withParents()) {
            for (QualifiedName parent : new LiveParents(connection, schema.sql(), units, keys).take()) {
                bringAlong(connection, parent);
            }
        }
        counts.clear();
        for (LiveUnit unit : units.subList(0, chosen)) {
            counts.add(tables.counts(connection, unit));
        }
    }

    private void bringAlong(Connection connection, QualifiedName parent) throws SQLException {
        LivePlanning.Resolved along = LivePlanning.along(connection, parent, units.size() + 1, backup);
        LivePlan.refuse(along.problems());
        if (!along.units().isEmpty()) {
            units.addAll(along.units());
            tables.create(connection, along.units().getFirst());
            keys = ForeignKey.of(connection, units.stream().map(LiveUnit::live).toList());
            LivePlan.refuse(new LiveRights(connection).lacking(units, keys));
        }
    }

    @Override
    public void load(TableShape table, Fingerprint expected, RowSource source) {
        LiveUnit unit = unitOf(table);
        String doing = "staging " + table.name();
        live.run(doing, "BEGIN", connection -> {
            Fingerprint staged;
            try {
                staged = tables.load(connection, unit, table, source);
            } catch (SQLException e) {
                if (Failures.state(e).startsWith("22") || Failures.state(e).startsWith("23")) {
                    throw refused(table.name(), doing + ": " + Failures.said(e) + "; " + retyped(unit), e);
                }
                throw e;
            }
            if (!staged.equals(expected)) {
                throw Failure.about(
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

    private static String retyped(LiveUnit unit) {
        return "the live table " + unit.name() + " holds other types of values than it did; nothing live was touched:"
                + " restore the whole database beside and copy what you need";
    }

    private synchronized LiveUnit unitOf(TableShape table) {
        return units.stream()
                .filter(unit -> unit.parts().contains(table))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("table " + table.name() + " is not wanted"));
    }

    private static Failure refused(QualifiedName table, String message) {
        return Failure.about(table.toString(), FailureCode.TARGET_UNSUITABLE, message);
    }

    private static Failure refused(QualifiedName table, String message, SQLException e) {
        return new Failure(FailureReason.of(FailureCode.TARGET_UNSUITABLE, message, table.toString()), e);
    }

    private synchronized LiveApplying applying(Connection connection) throws SQLException {
        if (!complete) {
            throw new IllegalStateException("rows are still wanting");
        }
        for (int i = 0; i < units.size(); i++) {
            if (!tables.counts(connection, units.get(i)).equals(counts.get(i))) {
                throw Failure.about(
                        units.get(i).name().toString(),
                        FailureCode.TARGET_LOAD_FAILED,
                        "the staged rows of " + units.get(i).name()
                                + " are not what they were: the server crashed, or somebody else wrote to the stage;"
                                + " stage them again");
            }
        }
        return new LiveApplying(connection, schema, units, keys, selection.withParents());
    }

    @Override
    public synchronized Set<QualifiedName> tables() {
        return units.stream().map(LiveUnit::name).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public LiveDifference difference() {
        return live.run(
                "comparing live tables with the backup",
                "BEGIN ISOLATION LEVEL REPEATABLE READ",
                connection -> applying(connection).difference());
    }

    @Override
    public LiveWrites apply() {
        return live.run("restoring rows", "BEGIN", connection -> {
            schema.lock(connection);
            LiveWrites before = schema.applied(connection).orElse(null);
            if (before != null) {
                return before;
            }
            LiveApplying applying = applying(connection);
            applying.write();
            Sql.run(connection, "COMMIT");
            return schema.applied(connection).orElseThrow();
        });
    }
}
