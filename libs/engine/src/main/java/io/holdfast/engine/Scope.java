package io.holdfast.engine;

import java.util.Set;

/**
 * What of a database a backup covers. Names are as the catalog spells them; empty includes mean everything. A name that
 * matches nothing is refused when the snapshot opens, because a typo here is data lost later.
 *
 * @param includeSchemas only these schemas
 * @param includeTables only these tables, with their partitions, and definitions of what is no table; not together with
 *     schemas
 * @param excludeSchemas not these
 * @param excludeTables not these tables with their partitions, neither definition nor rows
 * @param excludeTableData definitions, but no rows, of these tables
 */
public record Scope(
        Set<String> includeSchemas,
        Set<QualifiedName> includeTables,
        Set<String> excludeSchemas,
        Set<QualifiedName> excludeTables,
        Set<QualifiedName> excludeTableData) {

    public Scope {
        includeSchemas = Set.copyOf(includeSchemas);
        includeTables = Set.copyOf(includeTables);
        excludeSchemas = Set.copyOf(excludeSchemas);
        excludeTables = Set.copyOf(excludeTables);
        excludeTableData = Set.copyOf(excludeTableData);
    }

    public Scope(
            Set<String> includeSchemas,
            Set<String> excludeSchemas,
            Set<QualifiedName> excludeTables,
            Set<QualifiedName> excludeTableData) {
        this(includeSchemas, Set.of(), excludeSchemas, excludeTables, excludeTableData);
    }

    public static Scope everything() {
        return new Scope(Set.of(), Set.of(), Set.of(), Set.of());
    }

    public static Scope of(Set<QualifiedName> tables) {
        return new Scope(Set.of(), tables, Set.of(), Set.of(), Set.of());
    }
}
