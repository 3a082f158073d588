package io.holdfast.engine.sqlite;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.sqlite.schema.SqliteSchemaDump;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Virtual tables of a replica: those of FTS5, whose rows are read, and whose shadow tables the module makes again. */
final class SearchTables {
    private static final Pattern MODULE = Pattern.compile(
            "CREATE VIRTUAL TABLE .*?\\bUSING\\s+[\"'\\[`]?(?<module>\\w+).*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern CONTENT =
            Pattern.compile("[(,]\\s*content\\s*=\\s*(?<table>\"[^\"]*\"|'[^']*'|[^\\s,)]*)", Pattern.CASE_INSENSITIVE);
    private static final List<String> SHADOWS = List.of(
            "data", "idx", "content", "docsize", "config", "node", "rowid", "parent", "segments", "segdir", "stat");

    private SearchTables() {}

    /** The names of the tables behind virtual ones. */
    static Set<String> shadows(List<SqliteSchemaDump.Entry> entries) {
        Set<String> possible = entries.stream()
                .filter(SqliteSchemaDump.Entry::virtual)
                .flatMap(virtual -> SHADOWS.stream().map(end -> folded(virtual.name() + "_" + end)))
                .collect(Collectors.toSet());
        return ordinary(entries).filter(name -> possible.contains(folded(name))).collect(Collectors.toSet());
    }

    private static Stream<String> ordinary(List<SqliteSchemaDump.Entry> entries) {
        return entries.stream().filter(SqliteSchemaDump.Entry::ordinaryTable).map(SqliteSchemaDump.Entry::name);
    }

    private static String folded(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** Fails with SOURCE_UNSUPPORTED where the rows cannot be read, or not be loaded again. */
    static void refuseUnreadable(SqliteSchemaDump.Entry virtual) {
        String module = module(virtual);
        if (!module.equals("fts5") && !module.equals("fts5vocab")) {
            throw unsupported(virtual, "is of module " + module + ", and only those of FTS5 can be read");
        }
        if (content(virtual).equals("''") || content(virtual).equals("\"\"")) {
            throw unsupported(virtual, "keeps no rows (content=''), so that its index cannot be built again");
        }
    }

    private static HoldfastException unsupported(SqliteSchemaDump.Entry virtual, String why) {
        return HoldfastException.about(
                virtual.name(),
                FailureCode.SOURCE_UNSUPPORTED,
                "virtual table \"" + virtual.name() + "\" " + why + "; exclude it with scope.exclude.tables");
    }

    /** Whether it has rows of its own: not those of another table, and not what is derived of an index. */
    static boolean hasRows(SqliteSchemaDump.Entry virtual) {
        return module(virtual).equals("fts5") && content(virtual).isEmpty();
    }

    /** Whether its index is of another table's rows, and is built from these. */
    static boolean isOfOtherRows(SqliteSchemaDump.Entry virtual) {
        return module(virtual).equals("fts5") && !content(virtual).isEmpty();
    }

    private static String module(SqliteSchemaDump.Entry virtual) {
        Matcher matcher = MODULE.matcher(virtual.sql());
        return matcher.matches() ? folded(matcher.group("module")) : "";
    }

    private static String content(SqliteSchemaDump.Entry virtual) {
        Matcher matcher = CONTENT.matcher(virtual.sql());
        return matcher.find() ? matcher.group("table") : "";
    }
}
