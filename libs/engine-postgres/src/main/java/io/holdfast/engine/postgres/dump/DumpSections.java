package io.holdfast.engine.postgres.dump;

import io.holdfast.engine.postgres.dump.SchemaDumpParser.Entry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The entries of a dump that are made before rows are loaded, and those after: as pg_dump cuts them (pre-data, post-data), but
 * for what a definition of the first part needs of the second. A function that takes rows of a materialized view which
 * relies on a primary key is such a definition.
 *
 * @param before,after in the dump's order
 */
public record DumpSections(List<Entry> before, List<Entry> after) {

    public DumpSections where(Predicate<Entry> wanted) {
        return new DumpSections(
                before.stream().filter(wanted).toList(),
                after.stream().filter(wanted).toList());
    }

    /**
     * @param entries all of the dump
     * @param postData numbers of those that pg_dump has in post-data
     */
    public static DumpSections of(List<Entry> entries, Set<Integer> postData) {
        Map<Integer, Entry> byId = entries.stream().collect(Collectors.toMap(Entry::id, Function.identity()));
        Set<Integer> early = new HashSet<>();
        Deque<Entry> open = new ArrayDeque<>(
                entries.stream().filter(entry -> !postData.contains(entry.id())).toList());
        while (!open.isEmpty()) {
            for (int needed : open.pop().needs()) {
                Entry entry = byId.get(needed);
                if (entry != null && postData.contains(needed) && early.add(needed)) {
                    open.push(entry);
                }
            }
        }
        Map<Boolean, List<Entry>> parts = entries.stream()
                .collect(Collectors.partitioningBy(
                        entry -> !postData.contains(entry.id()) || early.contains(entry.id())));
        return new DumpSections(parts.getOrDefault(true, List.of()), parts.getOrDefault(false, List.of()));
    }
}
