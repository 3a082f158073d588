package io.holdfast.engine.postgres.inplace;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.RestoreRequest;
import io.holdfast.contracts.RestoreTarget.Mode;
import io.holdfast.engine.inplace.InPlacePlan;
import io.holdfast.engine.inplace.InPlaceSelection;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds out what a selection of a backup means in the live database, and what stands against it. Only reads. */
final class InPlacePlanner {
    private final Connection connection;
    private final InPlaceSelection selection;
    private final BackupTableResolver backup;
    private final List<TableRestoreSpec> units = new ArrayList<>();
    private final List<FailureReason> problems = new ArrayList<>();

    private InPlacePlanner(Connection connection, InPlaceSelection selection, DatabaseDescriptor backup) {
        this.connection = connection;
        this.selection = selection;
        this.backup = new BackupTableResolver(backup);
    }

    /** What a selection means. */
    record Resolved(List<TableRestoreSpec> units, List<ForeignKey> keys, List<FailureReason> problems) {
        List<LiveTable> tables() {
            return units.stream().map(TableRestoreSpec::live).toList();
        }
    }

    static Resolved of(Connection connection, InPlaceSelection selection, DatabaseDescriptor backup)
            throws SQLException {
        return new InPlacePlanner(connection, selection, backup).resolve();
    }

    /** A table whose rows come along because others refer to them; empty if that cannot be done, and then why not. */
    static Resolved along(Connection connection, QualifiedName parent, int number, DatabaseDescriptor backup)
            throws SQLException {
        InPlaceSelection none = new InPlaceSelection(Mode.MISSING_ONLY, List.of(), List.of(), true);
        InPlacePlanner planning = new InPlacePlanner(connection, none, backup);
        List<TableDescriptor> parts = planning.backup.parts(parent);
        if (!parts.isEmpty()) {
            planning.unit(number, parent, parts, List.of(), false);
        }
        return new Resolved(planning.units, List.of(), planning.problems);
    }

    private Resolved resolve() throws SQLException {
        Map<QualifiedName, List<Map<String, String>>> wanted = wanted();
        for (Map.Entry<QualifiedName, List<Map<String, String>>> each : wanted.entrySet()) {
            unit(units.size() + 1, each.getKey(), backup.parts(each.getKey()), each.getValue(), true);
        }
        overlaps();
        List<ForeignKey> keys = ForeignKey.of(
                connection, units.stream().map(TableRestoreSpec::live).toList());
        problems.addAll(new InPlacePrivilegeCheck(connection).lacking(units, keys));
        return new Resolved(List.copyOf(units), keys, List.copyOf(problems));
    }

    private Map<QualifiedName, List<Map<String, String>>> wanted() {
        Map<QualifiedName, List<Map<String, String>>> wanted = new LinkedHashMap<>();
        if (selection.tables().isEmpty() && selection.rows().isEmpty()) {
            problem(FailureCode.REQUEST_INVALID, "", "neither tables nor rows are selected; name at least one table");
        }
        for (String table : selection.tables()) {
            found(table).ifPresent(name -> wanted.put(name, List.of()));
        }
        for (RestoreRequest.RowSelection rows : selection.rows()) {
            found(rows.table()).ifPresent(name -> {
                if (wanted.containsKey(name) && wanted.get(name).isEmpty()) {
                    problem(
                            FailureCode.REQUEST_INVALID,
                            name.toString(),
                            "table " + name + " is selected as a whole and by rows; choose one");
                } else {
                    wanted.computeIfAbsent(name, any -> new ArrayList<>()).add(rows.values());
                }
            });
        }
        return wanted;
    }

    private Optional<QualifiedName> found(String table) {
        BackupTableResolver.Found found = backup.find(table);
        found.problem().ifPresent(problem -> problem(FailureCode.REQUEST_INVALID, table, problem));
        return found.name();
    }

    private void unit(
            int number,
            QualifiedName name,
            List<TableDescriptor> parts,
            List<Map<String, String>> picks,
            boolean chosen)
            throws SQLException {
        Optional<LiveTableReader.Named> named = LiveTableReader.named(connection, name);
        if (named.isEmpty()
                || !(named.get().kind().equals("r") || named.get().kind().equals("p"))) {
            problem(
                    FailureCode.TARGET_UNSUITABLE,
                    name.toString(),
                    named.isEmpty()
                            ? "table " + name
                                    + " does not exist in the live database; create it as it was (the schema is in"
                                    + " the backup), or restore the whole database"
                            : "table " + name
                                    + " is no table in the live database any more; move what bears its name away");
            return;
        }
        TableRestoreSpec unit = new TableRestoreSpec(
                number, LiveTableReader.table(connection, named.get()), parts, selection.mode(), picks, chosen);
        List<FailureReason> found = new ColumnCompatibilityCheck(connection).problems(unit);
        problems.addAll(found);
        if (found.isEmpty()
                || unit.columns().stream().allMatch(c -> unit.live().column(c).isPresent())) {
            units.add(unit);
        }
    }

    private void overlaps() {
        for (TableRestoreSpec unit : units) {
            units.stream()
                    .filter(other ->
                            other.number() > unit.number() && other.live().overlaps(unit.live()))
                    .forEach(other -> problem(
                            FailureCode.REQUEST_INVALID,
                            other.name().toString(),
                            "tables " + unit.name() + " and " + other.name()
                                    + " are of one partition tree; select one of them"));
        }
    }

    private void problem(FailureCode code, String object, String message) {
        problems.add(FailureReason.of(code, message, object));
    }

    static InPlacePlan.Table shown(TableRestoreSpec unit) {
        return new InPlacePlan.Table(
                unit.name(),
                unit.parts().stream().map(TableDescriptor::name).toList(),
                unit.columns(),
                unit.key().map(LiveTable.Key::columns).orElse(List.of()),
                unit.picks());
    }
}
