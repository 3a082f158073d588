package io.holdfast.engine;

import java.util.Set;

/**
 * What of a database a backup covers. Names are as the catalog spells them; empty includes mean everything. A name that
 * matches nothing is refused when the snapshot opens, because a typo here is data lost later.
 *
 * @param includeSchemas only these schemas
 * @param excludeSchemas not these
 * @param excludeTables not these tables, neither definition nor rows
 * @param excludeTableData definitions, but no rows, of these tables
 */
public record Scope(
        Set<String> includeSchemas,
        Set<String> excludeSchemas,
        Set<QualifiedName> excludeTables,
        Set<QualifiedName> excludeTableData) {

    public Scope {
        includeSchemas = Set.copyOf(includeSchemas);
        excludeSchemas = Set.copyOf(excludeSchemas);
        excludeTables = Set.copyOf(excludeTables);
        excludeTableData = Set.copyOf(excludeTableData);
    }

    public static Scope everything() {
        return new Scope(Set.of(), Set.of(), Set.of(), Set.of());
    }
}
