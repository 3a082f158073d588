package io.holdfast.engine.postgres.dump;

import io.holdfast.engine.postgres.dump.SchemaDumpParser.Entry;
import io.holdfast.engine.postgres.dump.SqlTokenizer.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The owners and grants of a dump where some of the roles do not exist: what names one of those is left out, statement
 * by statement, and the rest is kept. The statements are pg_dump's own.
 */
final class DumpPrivilegeFilter {
    private static final Set<String> BEFORE_ROLES = Set.of("TO", "FROM", "ROLE", "AUTHORIZATION", "FOR");

    private final Set<String> missing;

    DumpPrivilegeFilter(Set<String> missing) {
        this.missing = missing;
    }

    /** Everything that cannot be created at all, because its definition names a missing role; with its comments. */
    Set<Integer> impossible(List<Entry> entries) {
        List<Entry> gone = entries.stream().filter(this::needsMissing).toList();
        Set<String> comments = gone.stream()
                .filter(entry -> entry.type().equals("POLICY"))
                .map(entry -> "COMMENT ON " + policy(entry) + " IS ")
                .collect(Collectors.toSet());
        return entries.stream()
                .filter(entry -> gone.contains(entry)
                        || (entry.type().equals("COMMENT") && comments.stream().anyMatch(entry.body()::startsWith)))
                .map(Entry::id)
                .collect(Collectors.toSet());
    }

    private boolean needsMissing(Entry entry) {
        return switch (entry.type()) {
            case "POLICY", "USER MAPPING" -> names(entry.body());
            default -> false;
        };
    }

    /** {@code POLICY name ON table}, as a comment on it names it. */
    private static String policy(Entry entry) {
        String definition =
                entry.body().substring("CREATE ".length(), entry.body().length() - 1);
        List<Integer> ends = new ArrayList<>();
        for (String next : List.of(" AS RESTRICTIVE", " FOR ", " TO ", " USING ", " WITH CHECK ")) {
            int at = definition.indexOf(next);
            if (at >= 0) {
                ends.add(at);
            }
        }
        return definition.substring(0, ends.stream().min(Integer::compare).orElse(definition.length()));
    }

    /** Statements that give objects their owners and grants, in the dump's order, without those of missing roles. */
    List<String> statements(List<Entry> entries) {
        Set<Integer> impossible = impossible(entries);
        List<String> statements = new ArrayList<>();
        for (Entry entry : entries) {
            String ownership = entry.ownership();
            if (entry.database() || impossible.contains(entry.id())) {
                continue;
            }
            if (entry.acl()) {
                statements.addAll(grants(entry.body()));
            } else if (!ownership.isEmpty() && !missing.contains(entry.owner())) {
                statements.add(ownership);
            }
        }
        return statements;
    }

    /** A right given by somebody else than the owner is given by that role, between two other statements. */
    List<String> grants(String body) {
        List<String> kept = new ArrayList<>();
        boolean skipping = false;
        for (String statement : SqlTokenizer.statements(body)) {
            boolean names = names(statement);
            if (statement.startsWith("SET SESSION AUTHORIZATION ")) {
                skipping = names;
            }
            if (!skipping && !names) {
                kept.add(statement);
            }
            if (statement.startsWith("RESET SESSION AUTHORIZATION")) {
                skipping = false;
            }
        }
        return kept;
    }

    private boolean names(String statement) {
        List<Word> words = SqlTokenizer.of(statement);
        for (int i = 1; i < words.size(); i++) {
            if (words.get(i - 1).is("USING") || words.get(i - 1).is("CHECK")) {
                return false;
            }
            boolean listed = words.get(i - 1).is(",") && statement.startsWith("CREATE POLICY ");
            boolean named = !words.get(i - 1).quoted()
                    && BEFORE_ROLES.contains(words.get(i - 1).text());
            if ((named || listed) && missing.contains(words.get(i).text())) {
                return true;
            }
        }
        return false;
    }
}
