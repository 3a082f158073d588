package io.holdfast.engine.d1.load;

import io.holdfast.engine.d1.client.D1Batch;
import io.holdfast.engine.d1.client.D1Client;
import io.holdfast.engine.d1.client.D1Rows;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.sqlite.SqliteReplica;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Statements that drop everything in a database, for one transaction that checks foreign keys at its end. Tables that refer to others
 * go first: SQLite need not delete their rows one by one then, and finds no action on a table whose other parent is gone already.
 */
final class Drops {
    private static final String REFERENCES =
            "SELECT m.name, f.\"table\" FROM sqlite_schema m, pragma_foreign_key_list(m.name) f"
                    + " WHERE m.type = 'table' AND m.name NOT GLOB '_cf_*'";

    private Drops() {}

    /** By table the tables that it refers to, without itself; all names folded. */
    static Map<String, Set<String>> references(D1Client client) {
        D1Rows rows = client.read(new D1Batch(List.of(REFERENCES))).rows(0);
        Map<String, Set<String>> references = new HashMap<>();
        while (rows.next()) {
            String table = folded(rows.text());
            String parent = folded(rows.text());
            if (!parent.equals(table)) {
                references.computeIfAbsent(table, key -> new HashSet<>()).add(parent);
            }
        }
        return references;
    }

    /** @param there all definitions; tables behind virtual ones go with these */
    static List<String> of(List<SqliteReplica.Definition> there, Map<String, Set<String>> references) {
        List<String> drops = new ArrayList<>(List.of("PRAGMA defer_foreign_keys = ON"));
        List<String> virtual = names(there.stream().filter(Drops::virtual));
        drop(drops, "TRIGGER", names(there.stream().filter(of -> of.type().equals("trigger"))));
        drop(drops, "VIEW", names(there.stream().filter(of -> of.type().equals("view"))));
        drop(drops, "TABLE", virtual);
        List<String> left = new ArrayList<>(names(there.stream()
                .filter(of -> of.type().equals("table") && !of.name().startsWith("sqlite_") && !virtual(of))));
        while (!left.isEmpty()) {
            List<String> next = unreferenced(left, references);
            if (next.size() > 1) { // they refer to each other
                next.forEach(table -> drops.add("DELETE FROM " + QualifiedName.quote(table)));
            }
            drop(drops, "TABLE", next);
            left.removeAll(next);
        }
        return drops;
    }

    /** A table that no other one refers to, or tables that only refer to each other. */
    private static List<String> unreferenced(List<String> tables, Map<String, Set<String>> references) {
        for (String table : tables) {
            Set<String> parents = reached(table, references);
            List<String> children = tables.stream()
                    .filter(other -> reached(other, references).contains(folded(table)))
                    .toList();
            if (children.stream().allMatch(child -> parents.contains(folded(child)))) {
                return children.isEmpty() ? List.of(table) : children;
            }
        }
        throw new IllegalStateException("no table of " + tables + " comes first");
    }

    /** The tables that one refers to, also by way of others. */
    private static Set<String> reached(String table, Map<String, Set<String>> references) {
        Set<String> reached = new HashSet<>();
        List<String> open = new ArrayList<>(references.getOrDefault(folded(table), Set.of()));
        while (!open.isEmpty()) {
            String next = open.removeLast();
            if (reached.add(next)) {
                open.addAll(references.getOrDefault(next, Set.of()));
            }
        }
        return reached;
    }

    private static List<String> names(Stream<SqliteReplica.Definition> definitions) {
        return definitions.map(SqliteReplica.Definition::name).toList();
    }

    private static void drop(List<String> drops, String type, List<String> names) {
        names.forEach(name -> drops.add("DROP " + type + " IF EXISTS " + QualifiedName.quote(name)));
    }

    private static boolean virtual(SqliteReplica.Definition of) {
        return of.type().equals("table")
                && of.sql().stripLeading().toUpperCase(Locale.ROOT).startsWith("CREATE VIRTUAL");
    }

    private static String folded(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
