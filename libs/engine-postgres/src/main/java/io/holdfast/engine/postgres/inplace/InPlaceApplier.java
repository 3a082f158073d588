package io.holdfast.engine.postgres.inplace;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.inplace.InPlaceDiff;
import io.holdfast.engine.inplace.InPlacePlan;
import io.holdfast.engine.inplace.InPlaceWriteResult;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.catalog.SearchPath;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.jdbc.SqlErrorTranslator;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Staged rows against live tables, in one transaction: compared, or compared, written, and compared again. */
final class InPlaceApplier {
    private final Connection connection;
    private final StagingSchema schema;
    private final List<TableRestoreSpec> units;
    private final List<ForeignKey> keys;
    private final boolean withParents;

    InPlaceApplier(
            Connection connection,
            StagingSchema schema,
            List<TableRestoreSpec> units,
            List<ForeignKey> keys,
            boolean withParents) {
        this.connection = connection;
        this.schema = schema;
        this.units = List.copyOf(units);
        this.keys = keys;
        this.withParents = withParents;
    }

    private List<TableDiff> measure(String round) throws SQLException {
        List<TableDiff> deltas = new ArrayList<>();
        for (TableRestoreSpec unit : units) {
            TableDiff delta = new TableDiff(unit, schema.sql(), round);
            delta.measure(connection);
            deltas.add(delta);
        }
        return deltas;
    }

    private ForeignKeyCheck keysOf(List<TableDiff> deltas) {
        return new ForeignKeyCheck(connection, keys, deltas, withParents);
    }

    InPlaceDiff difference() throws SQLException {
        List<TableDiff> deltas = measure("");
        List<InPlaceDiff.Table> tables = new ArrayList<>();
        for (TableDiff delta : deltas) {
            tables.add(delta.shown(connection));
        }
        return new InPlaceDiff(tables, keysOf(deltas).foreseen());
    }

    void write() throws SQLException {
        LiveLocks locks = new LiveLocks(connection, units, keys);
        locks.take();
        locks.refuseIfAltered();
        List<TableDiff> deltas = measure("");
        InPlacePlan.refuse(keysOf(deltas).foreseen());
        TriggerSuppressor triggerSuppressor = TriggerSuppressor.begin(
                connection, units.stream().map(TableRestoreSpec::live).toList(), keys);
        if (!triggerSuppressor.replica()) {
            InPlacePlan.refuse(keysOf(deltas).actions());
        }
        List<InPlaceWriteResult.Table> written = write(deltas, triggerSuppressor.replica());
        for (TableDiff delta : deltas) {
            SequenceAdvancer.advance(connection, delta);
        }
        triggerSuppressor.end();
        List<TableDiff> after = measure(" after");
        PostWriteCheck verification = new PostWriteCheck(connection, deltas, after);
        verification.unique();
        InPlacePlan.refuse(keysOf(deltas).found());
        verification.promised();
        for (TableDiff delta : deltas) {
            delta.drop(connection);
        }
        for (TableDiff delta : after) {
            delta.drop(connection);
        }
        schema.written(connection, written);
    }

    /** Extra rows go first, those of children before their parents': a missing row may need their place. */
    private List<InPlaceWriteResult.Table> write(List<TableDiff> deltas, boolean replica) throws SQLException {
        List<TableDiffWriter> writers = new ArrayList<>();
        for (TableDiff delta : deltas) {
            boolean referred = keys.stream().anyMatch(key -> key.leadsTo(delta.unit.live()));
            writers.add(new TableDiffWriter(connection, delta, replica || !referred));
        }
        List<TableDiffWriter> parentsFirst = parentsFirst(writers);
        for (TableDiffWriter writer : parentsFirst.reversed()) {
            run(writer, TableDiffWriter::delete);
        }
        for (TableDiffWriter writer : parentsFirst) {
            run(writer, TableDiffWriter::update);
        }
        for (TableDiffWriter writer : parentsFirst) {
            run(writer, TableDiffWriter::insert);
        }
        return writers.stream().map(TableDiffWriter::written).toList();
    }

    @FunctionalInterface
    private interface Writing {
        void by(TableDiffWriter writer) throws SQLException;
    }

    private void run(TableDiffWriter writer, Writing writing) throws SQLException {
        try {
            withSearchPath(() -> writing.by(writer));
        } catch (SQLException e) {
            String state = SqlErrorTranslator.state(e);
            if (state.startsWith("23") || state.startsWith("22") || state.equals("428C9")) {
                throw refused(writer.name(), e);
            }
            throw e;
        }
    }

    @FunctionalInterface
    private interface Statement {
        void run() throws SQLException;
    }

    /** Functions of checks, indexes and generated columns may need what this database's own sessions search. */
    private void withSearchPath(Statement statement) throws SQLException {
        Sql.run(connection, "SAVEPOINT writing");
        try {
            statement.run();
        } catch (SQLException e) {
            if (!SqlErrorTranslator.undefined(e)) {
                throw e;
            }
            Sql.run(connection, "ROLLBACK TO SAVEPOINT writing");
            String owner = Sql.one(
                    connection,
                    "SELECT pg_catalog.pg_get_userbyid(datdba) FROM pg_catalog.pg_database WHERE datname ="
                            + " pg_catalog.current_database()",
                    row -> Sql.text(row, 1));
            Sql.run(
                    connection,
                    "SET LOCAL search_path TO " + SearchPath.value(SearchPath.effective(connection), owner));
            statement.run();
            Sql.run(connection, "SET LOCAL search_path TO ''");
        }
        Sql.run(connection, "RELEASE SAVEPOINT writing");
    }

    private static HoldfastException refused(QualifiedName table, SQLException e) {
        return new HoldfastException(
                FailureReason.of(
                        FailureCode.TARGET_LOAD_FAILED,
                        "restoring rows of " + table + ": the table refuses one (" + SqlErrorTranslator.said(e)
                                + ", SQLSTATE "
                                + SqlErrorTranslator.state(e)
                                + "): another row may hold its place, or its rules are younger than"
                                + " the backup; nothing was changed. Choose mode REPLACE, or restore the whole database"
                                + " into a new one",
                        table.toString()),
                e);
    }

    private List<TableDiffWriter> parentsFirst(List<TableDiffWriter> writers) {
        Set<TableDiffWriter> ordered = new LinkedHashSet<>();
        writers.forEach(writer -> visit(writer, writers, new LinkedHashSet<>(), ordered));
        return List.copyOf(ordered);
    }

    /** Where keys go round in a circle any order is as good. */
    private void visit(
            TableDiffWriter child,
            List<TableDiffWriter> writers,
            Set<TableDiffWriter> path,
            Set<TableDiffWriter> ordered) {
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
