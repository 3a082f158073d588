package io.holdfast.engine.sqlite.schema;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.BackupScope;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.sqlite.jdbc.ReservedNames;
import io.holdfast.engine.support.NameSuggestion;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What of a database's schema and rows a backup covers. An excluded virtual table takes what is behind it along. */
public final class ScopeFilter {
    private static final String SEQUENCES = "sqlite_sequence";

    private final SqliteSchemaDump whole;
    private final Set<String> shadows;
    private final Set<String> excluded;
    private final Set<String> emptied;

    /**
     * Fails with CONFIG_INVALID if a name matches nothing.
     *
     * @param shadows the tables that SQLite itself counts to a virtual one
     */
    public ScopeFilter(SqliteSchemaDump whole, Set<String> shadows, BackupScope scope) {
        this.whole = whole;
        this.shadows = shadows;
        Set<String> schemas = new HashSet<>(scope.includeSchemas());
        schemas.addAll(scope.excludeSchemas());
        schemas.remove(ReservedNames.MAIN);
        if (!schemas.isEmpty() || scope.excludeSchemas().contains(ReservedNames.MAIN)) {
            throw HoldfastException.of(
                    FailureCode.CONFIG_INVALID,
                    "a SQLite database has one schema, " + ReservedNames.MAIN
                            + "; take schemas out of its scope, and name tables");
        }
        Set<String> leftOut = new HashSet<>(known(scope.excludeTables()));
        this.emptied = known(scope.excludeTableData());
        refuseWithoutNumbers(leftOut);
        refuseWithoutNumbers(emptied);
        if (!scope.includeTables().isEmpty()) {
            Set<String> included = withShadows(known(scope.includeTables()));
            // those of SQLite's own hold something of every table
            tables().filter(table -> !included.contains(table) && !table.startsWith("sqlite_"))
                    .forEach(leftOut::add);
        }
        this.excluded = withShadows(leftOut).stream().map(ScopeFilter::folded).collect(Collectors.toSet());
    }

    /** A copy has them by itself as soon as its rows are loaded: other ones than the source. */
    private static void refuseWithoutNumbers(Set<String> names) {
        if (names.contains(SEQUENCES)) {
            throw HoldfastException.about(
                    SEQUENCES,
                    FailureCode.CONFIG_INVALID,
                    "the scope leaves out " + SEQUENCES
                            + ", which belongs to the tables that number their rows; name those");
        }
    }

    private Set<String> known(Set<QualifiedName> names) {
        Set<String> tables = tables().collect(Collectors.toSet());
        for (QualifiedName name : names) {
            if (!name.schema().equals(ReservedNames.MAIN) || !tables.contains(name.name())) {
                String near =
                        tables.isEmpty() ? "" : "; did you mean \"" + NameSuggestion.of(name.name(), tables) + "\"?";
                throw HoldfastException.about(
                        name.toString(),
                        FailureCode.CONFIG_INVALID,
                        "the scope names table \"" + name.name() + "\", which is not there" + near);
            }
        }
        return names.stream().map(QualifiedName::name).collect(Collectors.toSet());
    }

    private Stream<String> tables() {
        return whole.entries().stream()
                .filter(entry -> entry.type().equals("table"))
                .map(SqliteSchemaDump.Entry::name);
    }

    private Set<String> withShadows(Set<String> names) {
        Set<String> virtual = whole.entries().stream()
                .filter(entry -> entry.virtual() && names.contains(entry.name()))
                .map(entry -> folded(entry.name()))
                .collect(Collectors.toSet());
        Set<String> all = new HashSet<>(names);
        whole.entries().stream()
                .filter(SqliteSchemaDump.Entry::ordinaryTable)
                .map(SqliteSchemaDump.Entry::name)
                .filter(name -> shadows.contains(name) && virtual.contains(folded(owner(name))))
                .forEach(all::add);
        return all;
    }

    /** A shadow is named after its table, an underscore, and a word without one. */
    private static String owner(String shadow) {
        return shadow.substring(0, Math.max(0, shadow.lastIndexOf('_')));
    }

    /** As SQLite compares names, and a trigger spells its table's: only the letters of ASCII have no case. */
    private static String folded(String name) {
        return name.chars()
                .map(c -> c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    public SqliteSchemaDump schema() {
        return new SqliteSchemaDump(
                whole.settings(),
                whole.entries().stream()
                        .filter(entry -> !excluded.contains(folded(entry.table())))
                        .toList());
    }

    public boolean includesRows(String table) {
        return !emptied.contains(table);
    }
}
