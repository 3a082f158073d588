package io.holdfast.engine;

import io.holdfast.engine.model.QualifiedName;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What of a database a backup covers. Names are as the catalog spells them; empty includes mean everything. A name that
 * matches nothing is refused when the snapshot opens, because a typo here is data lost later.
 *
 * @param includeSchemas only these schemas
 * @param includeTables only these tables, with their partitions, and definitions of what is no table; not together with
 *     schemas, unless narrowed
 * @param excludeSchemas not these
 * @param excludeTables not these tables with their partitions, neither definition nor rows
 * @param excludeTableData definitions, but no rows, of these tables
 * @param excludeExtensions not these, by name, nor what needs one of them
 * @param extensions whether extensions are part of it; without them what needs one is left out too
 * @param narrowed whether it is less than the source's own on purpose: that a copy is without what needs the rest is no
 *     finding then
 */
public record BackupScope(
        Set<String> includeSchemas,
        Set<QualifiedName> includeTables,
        Set<String> excludeSchemas,
        Set<QualifiedName> excludeTables,
        Set<QualifiedName> excludeTableData,
        Set<String> excludeExtensions,
        boolean extensions,
        boolean narrowed) {

    public BackupScope {
        includeSchemas = Set.copyOf(includeSchemas);
        includeTables = Set.copyOf(includeTables);
        excludeSchemas = Set.copyOf(excludeSchemas);
        excludeTables = Set.copyOf(excludeTables);
        excludeTableData = Set.copyOf(excludeTableData);
        excludeExtensions = Set.copyOf(excludeExtensions);
    }

    public BackupScope(
            Set<String> includeSchemas,
            Set<String> excludeSchemas,
            Set<QualifiedName> excludeTables,
            Set<QualifiedName> excludeTableData) {
        this(includeSchemas, Set.of(), excludeSchemas, excludeTables, excludeTableData, Set.of(), true, false);
    }

    /** The same text for equal scopes, and only for these. */
    public String canonical() {
        return Stream.of(
                        includeSchemas,
                        includeTables,
                        excludeSchemas,
                        excludeTables,
                        excludeTableData,
                        excludeExtensions)
                .map(part ->
                        part.stream().map(BackupScope::quoted).sorted().toList().toString())
                .collect(Collectors.joining(" ", "", " " + extensions + " " + narrowed));
    }

    private static String quoted(Object part) {
        return part instanceof QualifiedName name ? name.sql() : QualifiedName.quote(part.toString());
    }

    public static BackupScope everything() {
        return new BackupScope(Set.of(), Set.of(), Set.of(), Set.of());
    }

    public static BackupScope of(Set<QualifiedName> tables) {
        return new BackupScope(Set.of(), tables, Set.of(), Set.of(), Set.of(), Set.of(), true, false);
    }

    public BackupScope withoutExtensions() {
        return new BackupScope(
                includeSchemas,
                includeTables,
                excludeSchemas,
                excludeTables,
                excludeTableData,
                excludeExtensions,
                false,
                narrowed);
    }

    public BackupScope withoutExtensions(Set<String> names) {
        return new BackupScope(
                includeSchemas,
                includeTables,
                excludeSchemas,
                excludeTables,
                excludeTableData,
                names,
                extensions,
                narrowed);
    }

    /** Of what this covers, only these tables; this, where it names its tables itself or covers none of them. */
    public BackupScope narrowedTo(Set<QualifiedName> tables) {
        Set<QualifiedName> covered = tables.stream()
                .filter(table -> includeSchemas.isEmpty() || includeSchemas.contains(table.schema()))
                .filter(table -> !excludeSchemas.contains(table.schema()))
                .collect(Collectors.toUnmodifiableSet());
        return covered.isEmpty() || !includeTables.isEmpty()
                ? this
                : new BackupScope(
                        includeSchemas,
                        covered,
                        excludeSchemas,
                        excludeTables,
                        excludeTableData,
                        excludeExtensions,
                        extensions,
                        true);
    }
}
