package io.holdfast.engine.postgres.inplace;

import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.support.NameSuggestion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The tables of a backup by the names that people give them. */
final class BackupTableResolver {
    private final Map<QualifiedName, List<TableDescriptor>> tables = new LinkedHashMap<>();
    private final Map<QualifiedName, TableDescriptor> others = new LinkedHashMap<>();

    BackupTableResolver(DatabaseDescriptor shape) {
        for (TableDescriptor table : shape.tables()) {
            if (!table.ordinary()) {
                others.put(table.name(), table);
                continue;
            }
            tables.put(table.name(), List.of(table));
            QualifiedName root = table.root();
            if (root != null) {
                tables.computeIfAbsent(root, name -> new ArrayList<>()).add(table);
            }
        }
    }

    /** Exactly one of both. */
    record Found(Optional<QualifiedName> name, Optional<String> problem) {
        private static Found lacking(String problem) {
            return new Found(Optional.empty(), Optional.of(problem));
        }
    }

    /** The tables whose rows are that table's; empty if there are none. */
    List<TableDescriptor> parts(QualifiedName table) {
        List<TableDescriptor> parts = tables.getOrDefault(table, List.of());
        return parts.stream().allMatch(TableDescriptor::dataIncluded) ? List.copyOf(parts) : List.of();
    }

    Found find(String wanted) {
        List<QualifiedName> named = tables.keySet().stream()
                .filter(name -> name.toString().equals(wanted)
                        || plain(name).equals(wanted)
                        || name.sql().equals(wanted))
                .toList();
        if (named.isEmpty()) {
            named = tables.keySet().stream()
                    .filter(name -> name.name().equals(wanted))
                    .toList();
        }
        if (named.size() > 1) {
            return Found.lacking("table \"" + wanted + "\" may be any of "
                    + named.stream().map(QualifiedName::toString).sorted().collect(Collectors.joining(", "))
                    + "; give its schema, with parts that hold a dot in double quotes");
        }
        return named.isEmpty() ? unknown(wanted) : known(named.getFirst());
    }

    private Found known(QualifiedName name) {
        List<TableDescriptor> parts = parts(name);
        if (parts.isEmpty()) {
            return Found.lacking("the backup has table " + name
                    + " without its rows: the source's scope leaves them out; choose a backup that has them");
        }
        return parts.getFirst().columns().isEmpty()
                ? Found.lacking("table " + name
                        + " has no columns that could be restored; only a whole database brings such rows back")
                : new Found(Optional.of(name), Optional.empty());
    }

    private Found unknown(String wanted) {
        Optional<QualifiedName> other = others.keySet().stream()
                .filter(name -> name.toString().equals(wanted) || plain(name).equals(wanted))
                .findFirst();
        if (other.isPresent()) {
            return Found.lacking("table " + wanted
                    + " belongs to an extension or holds large objects: its rows go back with the whole database only");
        }
        List<String> names =
                tables.keySet().stream().map(QualifiedName::toString).toList();
        return Found.lacking("table \"" + wanted + "\" is not in the backup; "
                + (names.isEmpty()
                        ? "it has no tables"
                        : "did you mean \"" + NameSuggestion.of(wanted, names) + "\"?"));
    }

    private static String plain(QualifiedName name) {
        return name.schema() + "." + name.name();
    }
}
