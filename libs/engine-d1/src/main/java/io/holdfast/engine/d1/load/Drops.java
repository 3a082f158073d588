package io.holdfast.engine.d1.load;

import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.sqlite.SqliteReplica;
import java.util.ArrayList;
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
    private Drops() {}

    /** @param there all definitions; tables behind virtual ones go with these */
    static List<String> of(List<SqliteReplica.Definition> there, References references) {
        List<String> drops = new ArrayList<>(List.of("PRAGMA defer_foreign_keys = ON"));
        List<String> virtual = names(there.stream().filter(Drops::virtual));
        drop(drops, "TRIGGER", names(there.stream().filter(of -> of.type().equals("trigger"))));
        drop(drops, "VIEW", names(there.stream().filter(of -> of.type().equals("view"))));
        drop(drops, "TABLE", virtual);
        List<String> left = new ArrayList<>(names(there.stream()
                .filter(of -> of.type().equals("table") && !of.name().startsWith("sqlite_") && !virtual(of))
                .filter(of -> !references.shadows().contains(folded(of.name())))));
        while (!left.isEmpty()) {
            List<String> next = unreferenced(left, references.parents());
            next.forEach(table -> cut(drops, table, references));
            if (next.size() > 1) { // they refer to each other
                next.forEach(table -> drops.add("DELETE FROM " + QualifiedName.quote(table)));
            }
            drop(drops, "TABLE", next);
            left.removeAll(next);
        }
        return drops;
    }

    /**
     * Rows that refer to rows of their own table or of a cycle are deleted one after the other by ON DELETE CASCADE, which ends with an
     * error after 1000 levels. Where a column of such a reference may be NULL, it becomes that first. A row that a CHECK keeps from it
     * stays as it is.
     */
    private static void cut(List<String> drops, String table, References references) {
        Set<String> cascading = references.cascading().getOrDefault(folded(table), Set.of());
        cascading.forEach(column -> drops.add("UPDATE OR IGNORE " + QualifiedName.quote(table) + " SET "
                + QualifiedName.quote(column) + " = NULL WHERE " + QualifiedName.quote(column) + " IS NOT NULL"));
    }

    /** A table that no other one refers to, or tables that only refer to each other. */
    private static List<String> unreferenced(List<String> tables, Map<String, Set<String>> references) {
        for (String table : tables) {
            Set<String> parents = References.reached(table, references);
            List<String> children = tables.stream()
                    .filter(other -> References.reached(other, references).contains(folded(table)))
                    .toList();
            if (children.stream().allMatch(child -> parents.contains(folded(child)))) {
                return children.isEmpty() ? List.of(table) : children;
            }
        }
        throw new IllegalStateException("no table of " + tables + " comes first");
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
