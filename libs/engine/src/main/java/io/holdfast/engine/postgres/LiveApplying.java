package io.holdfast.engine.postgres;

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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Staged rows against live tables, in one transaction: compared, or compared, written, and compared again. */
final class LiveApplying {
    private final Connection connection;
    private final StageSchema schema;
    private final List<LiveUnit> units;
    private final List<ForeignKey> keys;
    private final boolean withParents;

    LiveApplying(
            Connection connection,
            StageSchema schema,
            List<LiveUnit> units,
            List<ForeignKey> keys,
            boolean withParents) {
        this.connection = connection;
        this.schema = schema;
        this.units = List.copyOf(units);
        this.keys = keys;
        this.withParents = withParents;
    }

    private List<LiveDelta> measure(String round) throws SQLException {
        List<LiveDelta> deltas = new ArrayList<>();
        for (LiveUnit unit : units) {
            LiveDelta delta = new LiveDelta(unit, schema.sql(), round);
            delta.measure(connection);
            deltas.add(delta);
        }
        return deltas;
    }

    private LiveKeys keysOf(List<LiveDelta> deltas) {
        return new LiveKeys(connection, keys, deltas, withParents);
    }

    LiveDifference difference() throws SQLException {
        List<LiveDelta> deltas = measure("");
        List<LiveDifference.Table> tables = new ArrayList<>();
        for (LiveDelta delta : deltas) {
            tables.add(delta.shown(connection));
        }
        return new LiveDifference(tables, keysOf(deltas).foreseen());
    }

    void write() throws SQLException {
        LiveLocks locks = new LiveLocks(connection, units, keys);
        locks.take();
        locks.refuseIfAltered();
        List<LiveDelta> deltas = measure("");
        LivePlan.refuse(keysOf(deltas).foreseen());
        Quiet quiet = Quiet.begin(connection, units.stream().map(LiveUnit::live).toList(), keys);
        if (!quiet.replica()) {
            LivePlan.refuse(keysOf(deltas).actions());
        }
        List<LiveWrites.Table> written = write(deltas, quiet.replica());
        for (LiveDelta delta : deltas) {
            LiveSequences.advance(connection, delta);
        }
        quiet.end();
        List<LiveDelta> after = measure(" after");
        LiveVerification verification = new LiveVerification(connection, deltas, after);
        verification.unique();
        LivePlan.refuse(keysOf(deltas).found());
        verification.promised();
        for (LiveDelta delta : deltas) {
            delta.drop(connection);
        }
        for (LiveDelta delta : after) {
            delta.drop(connection);
        }
        schema.written(connection, written);
    }

    /** Extra rows go first, those of children before their parents': a missing row may need their place. */
    private List<LiveWrites.Table> write(List<LiveDelta> deltas, boolean replica) throws SQLException {
        List<LiveWriter> writers = new ArrayList<>();
        for (LiveDelta delta : deltas) {
            boolean referred = keys.stream().anyMatch(key -> key.leadsTo(delta.unit.live()));
            writers.add(new LiveWriter(connection, delta, replica || !referred));
        }
        List<LiveWriter> parentsFirst = parentsFirst(writers);
        for (LiveWriter writer : parentsFirst.reversed()) {
            run(writer, LiveWriter::delete);
        }
        for (LiveWriter writer : parentsFirst) {
            run(writer, LiveWriter::update);
        }
        for (LiveWriter writer : parentsFirst) {
            run(writer, LiveWriter::insert);
        }
        return writers.stream().map(LiveWriter::written).toList();
    }

    @FunctionalInterface
    private interface Writing {
        void by(LiveWriter writer) throws SQLException;
    }

    private static void run(LiveWriter writer, Writing writing) throws SQLException {
        try {
            writing.by(writer);
        } catch (SQLException e) {
            String state = Failures.state(e);
            if (state.startsWith("23") || state.startsWith("22") || state.equals("428C9")) {
                throw refused(writer.name(), e);
            }
            throw e;
        }
    }

    private static Failure refused(QualifiedName table, SQLException e) {
        return new Failure(
                FailureReason.of(
                        FailureCode.TARGET_LOAD_FAILED,
                        "restoring rows of " + table + ": the table refuses one (" + Failures.said(e) + ", SQLSTATE "
                                + Failures.state(e) + "): another row may hold its place, or its rules are younger than"
                                + " the backup; nothing was changed. Choose mode REPLACE, or restore the whole database"
                                + " beside",
                        table.toString()),
                e);
    }

    private List<LiveWriter> parentsFirst(List<LiveWriter> writers) {
        Set<LiveWriter> ordered = new LinkedHashSet<>();
        writers.forEach(writer -> visit(writer, writers, new LinkedHashSet<>(), ordered));
        return List.copyOf(ordered);
    }

    /** Where keys go round in a circle any order is as good. */
    private void visit(LiveWriter child, List<LiveWriter> writers, Set<LiveWriter> path, Set<LiveWriter> ordered) {
        if (ordered.contains(child) || !path.add(child)) {
            return;
        }
        for (ForeignKey key : keys) {
            if (key.leadsFrom(child.table())) {
                writers.stream()
                        .filter(parent -> key.leadsTo(parent.table()))
                        .forEach(parent -> visit(parent, writers, path, ordered));
            }
        }
        ordered.add(child);
    }
}
