package io.holdfast.engine.inplace;

import io.holdfast.engine.model.Fingerprint;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a database consists of, to be compared with what it is later.
 *
 * @param definitions by type and name, such as {@code table clients}
 * @param tables rows by the table's name
 */
public record DatabaseContent(Map<String, String> definitions, Map<String, Fingerprint> tables) {
    public DatabaseContent {
        definitions = new TreeMap<>(definitions);
        tables = new TreeMap<>(tables);
    }

    public long rowCount() {
        return tables.values().stream().mapToLong(Fingerprint::rows).sum();
    }

    /** Objects that differ, by name; empty if both are equal. */
    public List<String> differences(DatabaseContent other) {
        TreeSet<String> different = new TreeSet<>(different(definitions, other.definitions));
        different(tables, other.tables).forEach(table -> different.add("rows of " + table));
        return List.copyOf(different);
    }

    private static <T> TreeSet<String> different(Map<String, T> one, Map<String, T> other) {
        TreeSet<String> names = new TreeSet<>(one.keySet());
        names.addAll(other.keySet());
        names.removeIf(name -> Objects.equals(one.get(name), other.get(name)));
        return names;
    }
}
