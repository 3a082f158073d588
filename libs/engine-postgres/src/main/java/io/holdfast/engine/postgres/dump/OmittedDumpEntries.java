package io.holdfast.engine.postgres.dump;

import io.holdfast.engine.MissingDependencies;
import io.holdfast.engine.model.ExcludedObject;
import io.holdfast.engine.postgres.dump.SchemaDumpParser.Entry;
import io.holdfast.engine.postgres.dump.SqlTokenizer.Word;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What of a dump cannot be in a copy: what the scope left out, and labels whose provider the target does not have. */
public final class OmittedDumpEntries {
    /** Every server brings these. */
    private static final Set<String> SERVERS = Set.of("SCHEMA public", "LANGUAGE plpgsql");

    /** Where a mapping's statement names its server. */
    private static final int SERVER = 6;

    private OmittedDumpEntries() {}

    /**
     * Numbers of the entries that are left out because of the scope, with all that needs them, such as comments.
     *
     * @param entries all of the dump
     */
    public static Set<Integer> outside(List<Entry> entries, Set<ExcludedObject> leftOut) {
        Set<Integer> omitted = new HashSet<>();
        if (leftOut.isEmpty()) {
            return omitted;
        }
        entries.stream().filter(entry -> leftOut.contains(entry.object())).forEach(entry -> omitted.add(entry.id()));
        SchemaDumpParser.addDependents(omitted, entries);
        omitted.addAll(mappings(entries, omitted));
        return omitted;
    }

    /** Numbers of the mappings to users of servers that are left out: a dump does not say that they need those. */
    private static Set<Integer> mappings(List<Entry> entries, Set<Integer> omitted) {
        Set<String> servers = entries.stream()
                .filter(entry -> entry.type().equals("SERVER") && omitted.contains(entry.id()))
                .map(Entry::name)
                .collect(Collectors.toSet());
        return entries.stream()
                .filter(entry -> entry.type().equals("USER MAPPING"))
                .filter(entry -> servers.contains(server(SqlTokenizer.of(entry.body()))))
                .map(Entry::id)
                .collect(Collectors.toSet());
    }

    /** Of {@code CREATE USER MAPPING FOR … SERVER …}. */
    private static String server(List<Word> mapping) {
        return mapping.size() > SERVER ? mapping.get(SERVER).text() : "";
    }

    /**
     * Numbers of the rights on what an extension brings, where the scope left some out: it may be one of those, and then nobody
     * can have rights on it.
     *
     * @param entries all of the dump
     */
    static Set<Integer> uncertain(List<Entry> entries, Set<ExcludedObject> leftOut) {
        return leftOut.stream().noneMatch(ExcludedObject::extension)
                ? Set.of()
                : SchemaDumpParser.onBrought(entries).stream()
                        .filter(entry -> !SERVERS.contains(entry.name()))
                        .map(Entry::id)
                        .collect(Collectors.toSet());
    }

    /** Whether it has a label of a provider that is not there: one entry has all labels of an object. */
    static boolean labelled(Entry entry, MissingDependencies missingDependencies) {
        return entry.type().equals("SECURITY LABEL")
                && labels(entry.body(), missingDependencies).size()
                        < SqlTokenizer.statements(entry.body()).size();
    }

    /** The statements of those providers that are there. */
    static List<String> labels(String body, MissingDependencies missingDependencies) {
        List<String> kept = new ArrayList<>();
        for (String statement : SqlTokenizer.statements(body)) {
            List<Word> words = SqlTokenizer.of(statement);
            boolean named =
                    words.size() > 3 && words.get(1).is("LABEL") && words.get(2).is("FOR");
            if (!named
                    || !missingDependencies
                            .labelProviders()
                            .contains(words.get(3).text())) {
                kept.add(statement);
            }
        }
        return kept;
    }
}
