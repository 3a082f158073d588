package io.holdfast.engine.postgres.catalog;

import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.scope.ScopeFilter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Materialized views that hold rows, each after those it reads, also through ordinary views. */
final class PopulatedMatviewQuery {
    private PopulatedMatviewQuery() {}

    private record View(QualifiedName name, boolean populated, Set<Long> reads) {}

    static List<QualifiedName> inOrder(Connection connection, ScopeFilter scopeFilter) throws SQLException {
        Map<Long, View> views = new LinkedHashMap<>();
        Sql.list(
                connection,
                "SELECT c.oid, n.nspname, c.relname, c.relkind = 'm' AND c.relispopulated AND "
                        + scopeFilter.relations()
                        + " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                        + " WHERE c.relkind IN ('m', 'v') ORDER BY n.nspname COLLATE \"C\", c.relname COLLATE \"C\"",
                row -> views.put(row.getLong(1), new View(Sql.name(row, 2), row.getBoolean(4), new LinkedHashSet<>())));
        Sql.list(
                connection,
                "SELECT DISTINCT r.ev_class, d.refobjid FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_depend d"
                        + " ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = r.oid"
                        + " AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid <> r.ev_class",
                row -> {
                    View view = views.get(row.getLong(1));
                    return view != null && view.reads.add(row.getLong(2));
                });
        Set<Long> ordered = new LinkedHashSet<>();
        Set<Long> seen = new LinkedHashSet<>();
        views.keySet().forEach(oid -> visit(oid, views, seen, ordered));
        return ordered.stream()
                .map(views::get)
                .filter(view -> view != null && view.populated)
                .map(View::name)
                .toList();
    }

    /** Depth first without recursion: chains of views may be long. */
    private static void visit(long start, Map<Long, View> views, Set<Long> seen, Set<Long> ordered) {
        Deque<Long> open = new ArrayDeque<>();
        open.push(start);
        while (!open.isEmpty()) {
            long oid = open.element();
            View view = views.get(oid);
            if (view == null || ordered.contains(oid) || !seen.add(oid)) {
                open.pop();
                if (view != null) {
                    ordered.add(oid);
                }
                continue;
            }
            view.reads.stream().filter(read -> !seen.contains(read)).forEach(open::push);
        }
    }
}
