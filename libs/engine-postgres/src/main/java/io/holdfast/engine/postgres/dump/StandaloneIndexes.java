package io.holdfast.engine.postgres.dump;

import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.dump.SchemaDumpParser.Entry;
import io.holdfast.engine.postgres.dump.SqlTokenizer.Word;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The indexes of a table that are of columns alone: what they hold is the same whether rows of other tables are there or
 * not. A function in one may read others, whatever it is declared as.
 *
 * @param entries their numbers in the dump
 * @param all whether the dump has nothing else that ANALYZE looks at: no index of an expression, no statistics object
 * @param sorted whether all are made by sorting, which several processes do together
 */
public record StandaloneIndexes(Set<Integer> entries, boolean all, boolean sorted) {
    private static final Set<String> LOOKED_AT = Set.of("INDEX", "CONSTRAINT", "STATISTICS");

    /**
     * By table.
     *
     * @param indexes numbers of those that need nothing but what is before the rows
     */
    static Map<QualifiedName, StandaloneIndexes> of(DumpSections parts, Set<Integer> indexes) {
        Map<Integer, QualifiedName> tables = parts.before().stream()
                .filter(entry -> entry.type().equals("TABLE"))
                .collect(Collectors.toMap(Entry::id, entry -> new QualifiedName(entry.schema(), entry.name())));
        // a line break is a space in a dump's list of names
        Set<QualifiedName> seen = new HashSet<>();
        Set<QualifiedName> ambiguous =
                tables.values().stream().filter(name -> !seen.add(name)).collect(Collectors.toSet());
        Map<QualifiedName, Set<Integer>> plain = new HashMap<>();
        Set<QualifiedName> others = new HashSet<>();
        Set<QualifiedName> unsorted = new HashSet<>();
        for (Entry entry : parts.after()) {
            List<QualifiedName> of = entry.needs().stream()
                    .filter(tables::containsKey)
                    .map(tables::get)
                    .toList();
            if (of.size() == 1 && indexes.contains(entry.id()) && plain(entry)) {
                plain.computeIfAbsent(of.getFirst(), table -> new HashSet<>()).add(entry.id());
                if (entry.type().equals("INDEX") && !entry.body().contains(" USING btree ")) {
                    unsorted.add(of.getFirst());
                }
            } else if (LOOKED_AT.contains(entry.type())) {
                others.addAll(of);
            }
        }
        plain.keySet().removeAll(ambiguous);
        return plain.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        table -> new StandaloneIndexes(
                                Set.copyOf(table.getValue()),
                                !others.contains(table.getKey()),
                                !unsorted.contains(table.getKey()))));
    }

    /** One statement, with its columns in its only parentheses. */
    private static boolean plain(Entry entry) {
        List<Word> words = SqlTokenizer.of(entry.body());
        return words.stream().filter(word -> word.is("(")).count() == 1
                && words.stream().filter(word -> word.is(";")).count() == 1
                && words.stream().noneMatch(word -> word.is("WHERE") || word.is("EXCLUDE"));
    }
}
