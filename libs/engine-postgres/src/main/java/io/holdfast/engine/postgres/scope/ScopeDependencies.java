package io.holdfast.engine.postgres.scope;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.model.ExcludedObject;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What of the scope needs something outside of it, by the server's own record of dependencies: a foreign key to a table that
 * is left out, a view that reads one. pg_dump writes such objects all the same, and no copy could have them.
 *
 * @param views materialized views among them
 */
public record ScopeDependencies(List<ExcludedObject> leftOut, List<Finding> findings, Set<QualifiedName> views) {
    private static final ScopeDependencies NOTHING = new ScopeDependencies(List.of(), List.of(), Set.of());
    private static final int NAMED = 20;

    /**
     * Objects that are part of what is left out (gone), then those that need any of it (needy). An index, a trigger, a row
     * type is part of its table; everything is part of its schema. Sequences stay although they belong to a column, but not
     * without their schema. A schema of an extension may hold what is not the extension's, a family of operators classes that
     * are others'. What pg_dump writes as part of an object the object needs: a view its rule, a composite type its columns, a
     * domain its checks, a key its index, a class of operators these. A foreign key whose rows would find none of a table that
     * is left empty is orphaned. An extension is dumped also where its schema is not.
     */
    private static final String NEEDY = """
            WITH RECURSIVE named AS (
              SELECT c.oid, c.relkind, c.relispartition FROM pg_catalog.pg_class c
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE <rowless>),
            rowless AS (
              SELECT oid FROM named WHERE relkind <> 'p'
              UNION SELECT t.relid FROM named CROSS JOIN LATERAL pg_catalog.pg_partition_tree(named.oid) t
              WHERE named.relkind = 'p' AND NOT named.relispartition),
            parts AS (
              SELECT d.classid, d.objid, d.refclassid, d.refobjid FROM pg_catalog.pg_depend d
              WHERE d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
                OR (d.deptype = 'e' AND d.classid <> 'pg_catalog.pg_namespace'::pg_catalog.regclass)
                OR (d.deptype IN ('a', 'i', 'P', 'S') AND d.classid <> 'pg_catalog.pg_opclass'::pg_catalog.regclass
                  AND NOT EXISTS (SELECT FROM pg_catalog.pg_class s WHERE d.classid =
                  'pg_catalog.pg_class'::pg_catalog.regclass AND s.oid = d.objid AND s.relkind IN ('S', 'r', 'p', 'f')))),
            gone(classid, objid) AS (
              SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::oid, c.oid FROM pg_catalog.pg_class c
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE <excluded>
              UNION SELECT 'pg_catalog.pg_namespace'::pg_catalog.regclass::oid, n.oid FROM pg_catalog.pg_namespace n
              WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT (<schemas>)
              UNION SELECT 'pg_catalog.pg_extension'::pg_catalog.regclass::oid, e.oid FROM pg_catalog.pg_extension e
              JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE <extensions>
              UNION SELECT p.classid, p.objid FROM gone JOIN parts p ON p.refclassid = gone.classid AND p.refobjid = gone.objid),
            needs AS (
              SELECT d.classid, d.objid, d.refclassid, d.refobjid FROM pg_catalog.pg_depend d
              WHERE d.deptype IN ('n', 'a', 'i', 'P', 'S', 'e', 'x')
              UNION ALL SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, r.ev_class,
                'pg_catalog.pg_rewrite'::pg_catalog.regclass, r.oid FROM pg_catalog.pg_rewrite r WHERE r.rulename = '_RETURN'
              UNION ALL SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, c.reltype,
                'pg_catalog.pg_class'::pg_catalog.regclass, c.oid FROM pg_catalog.pg_class c WHERE c.relkind = 'c'
              UNION ALL SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, k.contypid,
                'pg_catalog.pg_constraint'::pg_catalog.regclass, k.oid FROM pg_catalog.pg_constraint k
              WHERE k.contypid <> 0 AND k.convalidated
              UNION ALL SELECT 'pg_catalog.pg_constraint'::pg_catalog.regclass, k.oid,
                'pg_catalog.pg_class'::pg_catalog.regclass, k.conindid FROM pg_catalog.pg_constraint k
              WHERE k.contype IN ('p', 'u', 'x')
              UNION ALL SELECT d.refclassid, d.refobjid, d.classid, d.objid FROM pg_catalog.pg_depend d
              WHERE d.deptype IN ('a', 'i') AND d.classid IN ('pg_catalog.pg_amop'::pg_catalog.regclass,
                'pg_catalog.pg_amproc'::pg_catalog.regclass) AND d.refclassid IN
                ('pg_catalog.pg_opclass'::pg_catalog.regclass, 'pg_catalog.pg_opfamily'::pg_catalog.regclass)
                AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = d.refclassid AND e.objid = d.refobjid
                  AND e.deptype = 'e')),
            needy(classid, objid) AS (
              SELECT classid, objid FROM gone
              UNION SELECT d.classid, d.objid FROM needy JOIN needs d ON d.refclassid = needy.classid AND d.refobjid = needy.objid
              WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_class s
                WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND s.oid = d.objid AND s.relkind = 'S'
                  AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass)),
            keys(oid, whole) AS (
              SELECT k.oid, k.oid FROM pg_catalog.pg_constraint k WHERE k.contype = 'f' AND k.conparentid = 0
              UNION ALL SELECT k.oid, keys.whole FROM keys JOIN pg_catalog.pg_constraint k
                ON k.conparentid = keys.oid AND k.contype = 'f'),
            orphaned(classid, objid) AS (
              SELECT 'pg_catalog.pg_constraint'::pg_catalog.regclass::oid, keys.whole FROM keys
              JOIN pg_catalog.pg_constraint k USING (oid)
              WHERE k.convalidated AND k.confrelid IN (SELECT oid FROM rowless)
                AND k.conrelid NOT IN (SELECT oid FROM rowless)),
            left_out AS ((SELECT classid, objid FROM needy UNION SELECT classid, objid FROM orphaned)
              EXCEPT SELECT classid, objid FROM gone
                WHERE classid <> 'pg_catalog.pg_extension'::pg_catalog.regclass)
            """;

    private static final String LISTED = """
            SELECT l.classid, l.objid, coalesce(pg_catalog.pg_describe_object(l.classid, l.objid, 0), ''),
              NOT EXISTS (SELECT FROM parts p JOIN left_out o ON o.classid = p.refclassid AND o.objid = p.refobjid
                WHERE p.classid = l.classid AND p.objid = l.objid
                  AND o.classid <> 'pg_catalog.pg_namespace'::pg_catalog.regclass)
              AND NOT EXISTS (SELECT FROM gone WHERE gone.classid = l.classid AND gone.objid = l.objid)
              AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e JOIN gone ON gone.classid = e.refclassid AND gone.objid = e.refobjid
                WHERE e.classid = l.classid AND e.objid = l.objid AND e.deptype = 'e')
              AND NOT EXISTS (SELECT FROM pg_catalog.pg_rewrite r WHERE l.classid =
                'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.oid = l.objid AND r.rulename = '_RETURN'),
              CASE WHEN c.relkind IN ('r', 'p', 'f', 'S') THEN n.nspname END, c.relname, coalesce(c.relkind = 'm', false), n.nspname
            FROM left_out l
            LEFT JOIN pg_catalog.pg_attrdef a ON l.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND a.oid = l.objid
            LEFT JOIN pg_catalog.pg_constraint k ON l.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass
              AND k.oid = l.objid AND k.contype = 'c' AND k.conrelid <> 0
            LEFT JOIN pg_catalog.pg_class c ON c.oid = coalesce(a.adrelid, k.conrelid,
              CASE WHEN l.classid = 'pg_catalog.pg_class'::pg_catalog.regclass THEN l.objid END)
            LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            ORDER BY 3
            """;

    private record Needy(
            ExcludedObject object,
            String shown,
            boolean whole,
            @Nullable QualifiedName table,
            @Nullable QualifiedName view) {}

    /** Fails with CONFIG_INVALID if a table itself cannot be had without what is left out. */
    public static ScopeDependencies of(Connection connection, ScopeFilter scopeFilter) throws SQLException {
        if (scopeFilter.everything()) {
            return NOTHING;
        }
        List<Needy> needy = Sql.list(
                connection,
                NEEDY.replace("<rowless>", scopeFilter.rowless())
                                .replace("<excluded>", scopeFilter.excluded())
                                .replace("<schemas>", scopeFilter.schemas())
                                .replace("<extensions>", scopeFilter.goneExtensions())
                        + LISTED,
                row -> new Needy(
                        new ExcludedObject(row.getLong(1), row.getLong(2)),
                        Sql.text(row, 3),
                        row.getBoolean(4),
                        row.getString(5) == null ? null : Sql.name(row, 5),
                        row.getBoolean(7) ? new QualifiedName(Sql.text(row, 8), Sql.text(row, 6)) : null));
        refuse(needy);
        return new ScopeDependencies(
                needy.stream().map(Needy::object).toList(),
                findings(needy.stream().filter(Needy::whole).map(Needy::shown).toList()),
                views(needy));
    }

    private static Set<QualifiedName> views(List<Needy> needy) {
        Set<QualifiedName> views = new HashSet<>();
        for (Needy object : needy) {
            QualifiedName view = object.view;
            if (view != null) {
                views.add(view);
            }
        }
        return views;
    }

    private static void refuse(List<Needy> needy) {
        Set<String> tables = new HashSet<>();
        for (Needy object : needy) {
            QualifiedName table = object.table;
            if (table != null) {
                tables.add(table.toString());
            }
        }
        if (!tables.isEmpty()) {
            throw HoldfastException.of(
                    FailureCode.CONFIG_INVALID,
                    "the scope has " + tables.stream().sorted().collect(Collectors.joining(", "))
                            + ", which cannot be without something that it leaves out (the schema, the table that it is a"
                            + " part of or inherits from, the type of a column, a function of a default or a check); take"
                            + " that into the scope, or leave the table or its schema out");
        }
    }

    private static List<Finding> findings(List<String> objects) {
        List<Finding> findings = new ArrayList<>();
        for (String object : objects.subList(0, Math.min(NAMED, objects.size()))) {
            findings.add(finding(object, object));
        }
        if (objects.size() > NAMED) {
            List<String> more = objects.subList(NAMED, objects.size());
            findings.add(finding(more.size() + " more objects", String.join(", ", more)));
        }
        return findings;
    }

    private static Finding finding(String object, String shown) {
        return new Finding(
                Finding.Kind.NOT_CARRIED,
                object,
                shown + ": needs what the scope leaves out, and a copy is without it; widen the scope to have it");
    }
}
