package io.holdfast.engine.sqlite.inplace;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.RestoreRequest;
import io.holdfast.contracts.RestoreTarget.Mode;
import io.holdfast.engine.inplace.InPlacePlan;
import io.holdfast.engine.inplace.InPlaceSelection;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.sqlite.jdbc.ReservedNames;
import io.holdfast.engine.sqlite.jdbc.SqliteConnections;
import io.holdfast.engine.support.NameSuggestion;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Finds out what a selection of a backup means in the live file, and what stands against it. Only reads. */
final class InPlacePlanner {
    private final Connection connection;
    private final DatabaseDescriptor backup;
    private final List<TableRestoreSpec> units = new ArrayList<>();
    private final List<FailureReason> problems = new ArrayList<>();

    private InPlacePlanner(Connection connection, DatabaseDescriptor backup) {
        this.connection = connection;
        this.backup = backup;
    }

    /** What a selection means. */
    record Resolved(
            List<TableRestoreSpec> units,
            List<ForeignKey> keys,
            Set<QualifiedName> needed,
            List<FailureReason> problems) {}

    static Resolved of(Connection connection, InPlaceSelection selection, DatabaseDescriptor backup)
            throws SQLException {
        InPlacePlanner planning = new InPlacePlanner(connection, backup);
        planning.resolve(selection);
        return planning.resolved();
    }

    /** A table whose rows come along because others refer to them; without units if the backup does not have it. */
    static Resolved along(Connection connection, String parent, int number, DatabaseDescriptor backup)
            throws SQLException {
        InPlacePlanner planning = new InPlacePlanner(connection, backup);
        Optional<TableDescriptor> stored = planning.stored(parent);
        if (stored.filter(TableDescriptor::dataIncluded).isPresent()) {
            planning.unit(number, stored.get(), Mode.MISSING_ONLY, List.of(), false);
        }
        return planning.resolved();
    }

    private Resolved resolved() throws SQLException {
        List<ForeignKey> all = ForeignKey.all(connection);
        List<ForeignKey> keys = all.stream()
                .filter(key -> units.stream()
                        .map(unit -> unit.live().name())
                        .anyMatch(name -> key.leadsFrom(name) || key.leadsTo(name)))
                .toList();
        return new Resolved(List.copyOf(units), keys, needed(all), List.copyOf(problems));
    }

    /** The tables, and what they refer to, directly or not, as far as it is there. */
    private Set<QualifiedName> needed(List<ForeignKey> keys) throws SQLException {
        Set<QualifiedName> needed = new TreeSet<>();
        Deque<LiveTable> next = new ArrayDeque<>();
        units.forEach(unit -> next.add(unit.live()));
        while (!next.isEmpty()) {
            LiveTable table = next.remove();
            if (needed.add(table.qualified())) {
                for (ForeignKey key : keys) {
                    if (key.leadsFrom(table.name())) {
                        LiveTable.of(connection, key.parent()).ifPresent(next::add);
                    }
                }
            }
        }
        return needed;
    }

    private void resolve(InPlaceSelection selection) throws SQLException {
        encoding();
        if (selection.tables().isEmpty() && selection.rows().isEmpty()) {
            problem(FailureCode.REQUEST_INVALID, "", "neither tables nor rows are selected; name at least one table");
        }
        Map<TableDescriptor, List<Map<String, String>>> wanted = new LinkedHashMap<>();
        for (String table : selection.tables()) {
            found(table).ifPresent(stored -> wanted.put(stored, List.of()));
        }
        for (RestoreRequest.RowSelection rows : selection.rows()) {
            Optional<TableDescriptor> stored = found(rows.table());
            if (stored.isPresent() && List.of().equals(wanted.get(stored.get()))) {
                problem(
                        FailureCode.REQUEST_INVALID,
                        rows.table(),
                        "table " + rows.table() + " is selected as a whole and by rows; choose one");
            } else {
                stored.ifPresent(table ->
                        wanted.computeIfAbsent(table, any -> new ArrayList<>()).add(rows.values()));
            }
        }
        for (Map.Entry<TableDescriptor, List<Map<String, String>>> each : wanted.entrySet()) {
            unit(units.size() + 1, each.getKey(), selection.mode(), each.getValue(), true);
        }
    }

    private void encoding() throws SQLException {
        String stored = backup.setting("encoding").orElse("0");
        String now = SqliteConnections.one(connection, "PRAGMA encoding");
        if (!stored.equalsIgnoreCase(now)) {
            problem(
                    FailureCode.TARGET_UNSUITABLE,
                    "",
                    "the live file's texts are " + now + " and the backup's are " + stored
                            + ": their bytes are others; restore the whole file");
        }
    }

    private Optional<TableDescriptor> stored(String name) {
        return backup.tables().stream()
                .filter(table -> table.name().name().equalsIgnoreCase(name))
                .findFirst();
    }

    /** As people write it: with or without the schema, quoted or not. */
    private Optional<TableDescriptor> found(String wanted) throws SQLException {
        Optional<TableDescriptor> named = backup.tables().stream()
                .filter(table -> {
                    QualifiedName name = table.name();
                    return name.toString().equalsIgnoreCase(wanted)
                            || name.sql().equalsIgnoreCase(wanted)
                            || (name.schema() + "." + name.name()).equalsIgnoreCase(wanted);
                })
                .findFirst()
                .or(() -> stored(wanted));
        if (named.isEmpty()) {
            unknown(wanted);
        } else if (named.get().name().name().startsWith("sqlite_")) {
            problem(
                    FailureCode.REQUEST_INVALID,
                    wanted,
                    "table " + wanted + " is SQLite's own: its rows go back with the whole file only");
            return Optional.empty();
        } else if (!named.get().dataIncluded()) {
            problem(
                    FailureCode.REQUEST_INVALID,
                    wanted,
                    "the backup has table " + wanted
                            + " without its rows: the source's scope leaves them out; choose a backup that has them");
            return Optional.empty();
        }
        return named;
    }

    private void unknown(String wanted) throws SQLException {
        String plain = wanted.replaceFirst("^\"?main\"?\\.", "").replaceAll("^\"|\"$", "");
        if (LiveTable.of(connection, plain)
                .filter(it -> it.kind().equals("virtual"))
                .isPresent()) {
            problem(
                    FailureCode.TARGET_UNSUITABLE,
                    wanted,
                    "table " + wanted + " is a virtual one: its rows are what its module makes of the tables behind it,"
                            + " and go back with the whole file only (--into, --replace)");
            return;
        }
        List<String> names = backup.tables().stream()
                .map(table -> table.name().toString())
                .filter(name -> !name.startsWith("main.sqlite_"))
                .toList();
        problem(
                FailureCode.REQUEST_INVALID,
                wanted,
                "table \"" + wanted + "\" is not in the backup; "
                        + (names.isEmpty()
                                ? "it has no tables"
                                : "did you mean \"" + NameSuggestion.of(wanted, names) + "\"?"));
    }

    private void unit(int number, TableDescriptor stored, Mode mode, List<Map<String, String>> picks, boolean chosen)
            throws SQLException {
        QualifiedName name = stored.name();
        Optional<LiveTable> live = LiveTable.of(connection, name.name());
        if (live.isEmpty() || !live.get().kind().equals("table")) {
            problem(
                    FailureCode.TARGET_UNSUITABLE,
                    name.toString(),
                    live.isEmpty()
                            ? "table " + name
                                    + " does not exist in the live file; create it as it was (the schema is in"
                                    + " the backup), or restore the whole file"
                            : "table " + name + " is "
                                    + (live.get().kind().equals("shadow")
                                            ? "behind a virtual one, whose module alone may write it; restore the whole file"
                                            : "no table in the live file any more; move what bears its name away"));
            return;
        }
        TableRestoreSpec unit = new TableRestoreSpec(number, live.get(), stored, mode, picks, chosen, false);
        List<FailureReason> found = ColumnCompatibilityCheck.problems(unit);
        problems.addAll(found);
        if (found.isEmpty()) {
            units.add(unit);
        }
    }

    private void problem(FailureCode code, String object, String message) {
        problems.add(FailureReason.of(code, message, object));
    }

    /** As people read it. */
    static InPlacePlan shown(InPlaceSelection selection, Resolved resolved, List<FailureReason> more) {
        List<FailureReason> problems = new ArrayList<>(more);
        problems.addAll(resolved.problems());
        return new InPlacePlan(
                selection,
                resolved.units().stream().map(InPlacePlanner::shown).toList(),
                resolved.keys().stream()
                        .map(key -> shown(key, resolved.units()))
                        .toList(),
                List.copyOf(resolved.needed()),
                resolved.units().stream().flatMap(unit -> notes(unit).stream()).toList(),
                problems);
    }

    private static InPlacePlan.Table shown(TableRestoreSpec unit) {
        return new InPlacePlan.Table(
                unit.live().qualified(),
                List.of(unit.stored().name()),
                unit.restored().stream().map(TableRestoreSpec.Restored::name).toList(),
                unit.key().map(LiveTable.Key::columns).orElse(List.of()),
                unit.picks());
    }

    private static InPlacePlan.Reference shown(ForeignKey key, List<TableRestoreSpec> units) {
        boolean from = units.stream().anyMatch(unit -> key.leadsFrom(unit.live().name()));
        boolean to = units.stream().anyMatch(unit -> key.leadsTo(unit.live().name()));
        return new InPlacePlan.Reference(
                key.shown(),
                new QualifiedName(ReservedNames.MAIN, key.child()),
                new QualifiedName(ReservedNames.MAIN, key.parent()),
                from && to ? InPlacePlan.Kind.WITHIN : from ? InPlacePlan.Kind.TO_PARENT : InPlacePlan.Kind.FROM_CHILD);
    }

    private static List<String> notes(TableRestoreSpec unit) {
        List<String> notes = new ArrayList<>();
        String table = "table " + unit.live().qualified();
        if (!unit.added().isEmpty()) {
            notes.add(table + " has columns that the backup does not have: " + String.join(", ", unit.added())
                    + "; rows that are put back get their defaults, rows that are changed keep theirs");
        }
        if (!unit.live().triggers().isEmpty()) {
            notes.add("triggers of " + table + " do not act on what is written: "
                    + unit.live().triggers().stream()
                            .map(LiveTable.Trigger::name)
                            .collect(Collectors.joining(", "))
                    + "; what they keep up, such as a search index, has to be rebuilt");
        }
        return notes;
    }
}
