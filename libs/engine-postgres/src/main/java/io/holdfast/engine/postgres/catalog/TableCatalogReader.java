package io.holdfast.engine.postgres.catalog;

import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.model.TableDescriptor;
import io.holdfast.engine.postgres.jdbc.Sql;
import io.holdfast.engine.postgres.scope.ScopeFilter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The tables of a locked snapshot: their columns, their sizes, and which belong to one partition tree. */
public final class TableCatalogReader {
    private static final String COLUMNS =
            "(SELECT pg_catalog.array_agg(a.attname ORDER BY a.attnum) FROM pg_catalog.pg_attribute a"
                    + " WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '')";

    /** Which rows of an extension's configuration table are the user's; null for every other table. */
    private static final String CONDITION = "(SELECT coalesce(e.extcondition[i], '') FROM pg_catalog.pg_extension e,"
            + " pg_catalog.generate_subscripts(e.extconfig, 1) i WHERE e.extconfig[i] = c.oid)";

    /** Trees where a row's leaf may depend on OIDs or on code: hashed on an expression or on more than a base type. */
    private static final String UNSTABLE =
            "SELECT p.partrelid FROM pg_catalog.pg_partitioned_table p, pg_catalog.unnest(p.partattrs) k"
                    + " LEFT JOIN LATERAL (SELECT t.typtype, t.typelem FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t"
                    + " ON t.oid = a.atttypid WHERE a.attrelid = p.partrelid AND a.attnum = k AND k > 0) t ON true"
                    + " WHERE p.partstrat = 'h' AND (k = 0 OR t.typtype <> 'b' OR t.typelem <> 0)";

    private TableCatalogReader() {}

    /** A row of the catalog. */
    private record Found(
            long oid,
            QualifiedName name,
            boolean partitioned,
            boolean unlogged,
            boolean heap,
            long rows,
            long bytes,
            long pages,
            long root,
            List<String> columns,
            @Nullable String condition,
            boolean readable) {}

    /** The shapes, and what is only needed to plan the reading. */
    public record Read(
            List<TableDescriptor> shapes, Map<QualifiedName, Long> heapPages, Map<QualifiedName, Long> bytes) {}

    public static Read read(Connection connection, List<TableIdentity> relations, ScopeFilter scopeFilter)
            throws SQLException {
        if (relations.isEmpty()) {
            return new Read(List.of(), Map.of(), Map.of());
        }
        Map<Long, Found> byOid = new HashMap<>();
        Map<QualifiedName, Long> pages = new HashMap<>();
        Map<QualifiedName, Long> bytes = new HashMap<>();
        for (Found found : Sql.list(connection, query(relations), TableCatalogReader::found)) {
            byOid.put(found.oid, found);
            bytes.put(found.name, found.bytes);
            if (found.heap) {
                pages.put(found.name, found.pages);
            }
        }
        List<Long> unstable = Sql.list(connection, UNSTABLE, row -> row.getLong(1));
        Map<Long, Long> rootOf = byOid.values().stream().collect(Collectors.toMap(Found::oid, Found::root));
        List<Long> unstableRoots =
                unstable.stream().map(oid -> rootOf.getOrDefault(oid, 0L)).toList();
        return new Read(shapes(byOid, unstableRoots, scopeFilter), pages, bytes);
    }

    private static List<TableDescriptor> shapes(
            Map<Long, Found> byOid, List<Long> unstableRoots, ScopeFilter scopeFilter) {
        Map<QualifiedName, TableDescriptor> shapes = new TreeMap<>();
        Map<Long, List<Found>> leaves = new HashMap<>();
        for (Found found : byOid.values()) {
            if (found.partitioned) {
                continue;
            }
            if (unstableRoots.contains(found.root)) {
                leaves.computeIfAbsent(found.root, root -> new ArrayList<>()).add(found);
            } else {
                Found root = byOid.get(found.root);
                QualifiedName rootName = root == null || root.oid == found.oid ? null : root.name;
                shapes.put(found.name, shape(found, rootName, List.of(), scopeFilter));
            }
        }
        leaves.forEach((oid, members) -> {
            Found root = byOid.get(oid);
            if (root != null) {
                shapes.put(root.name, tree(root, members, scopeFilter));
            }
        });
        return List.copyOf(shapes.values());
    }

    private static TableDescriptor tree(Found root, List<Found> leaves, ScopeFilter scopeFilter) {
        List<QualifiedName> parts = leaves.stream()
                .filter(Found::readable)
                .map(Found::name)
                .filter(scopeFilter::dataOf)
                .sorted()
                .toList();
        return new TableDescriptor(
                root.name,
                root.columns,
                TableDescriptor.Kind.TREE,
                null,
                parts,
                scopeFilter.dataOf(root.name),
                leaves.stream().mapToLong(Found::rows).sum(),
                leaves.stream().mapToLong(Found::bytes).sum(),
                null);
    }

    private static TableDescriptor shape(
            Found found, @Nullable QualifiedName root, List<QualifiedName> parts, ScopeFilter scopeFilter) {
        TableDescriptor.Kind kind = found.condition != null
                ? TableDescriptor.Kind.EXTENSION
                : root != null
                        ? TableDescriptor.Kind.PARTITION
                        : found.unlogged ? TableDescriptor.Kind.UNLOGGED : TableDescriptor.Kind.TABLE;
        boolean data = found.readable && scopeFilter.dataOf(found.name) && (root == null || scopeFilter.dataOf(root));
        return new TableDescriptor(
                found.name, found.columns, kind, root, parts, data, found.rows, found.bytes, found.condition);
    }

    private static String query(List<TableIdentity> relations) {
        String oids = relations.stream()
                .map(relation -> Long.toString(relation.oid()))
                .collect(Collectors.joining(","));
        return "SELECT c.oid, n.nspname, c.relname, c.relkind = 'p', c.relpersistence = 'u', coalesce(m.amname = 'heap',"
                + " false), greatest(c.reltuples, 0)::bigint, CASE WHEN c.relkind = 'r' THEN"
                + " coalesce(pg_catalog.pg_relation_size(c.oid), 0) + coalesce(pg_catalog.pg_relation_size("
                + " nullif(c.reltoastrelid, 0)), 0) ELSE 0 END, CASE WHEN c.relkind = 'r' THEN"
                + " coalesce(pg_catalog.pg_relation_size(c.oid), 0) /"
                + " pg_catalog.current_setting('block_size')::bigint ELSE 0 END, CASE WHEN c.relispartition OR c.relkind = 'p'"
                + " THEN coalesce(pg_catalog.pg_partition_root(c.oid)::oid, c.oid) ELSE c.oid END, " + COLUMNS + ", "
                + CONDITION + ", " + StandbyRestrictions.READABLE
                + " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                + " LEFT JOIN pg_catalog.pg_am m ON m.oid = c.relam WHERE c.oid = ANY ('{" + oids + "}'::oid[])";
    }

    private static Found found(ResultSet row) throws SQLException {
        java.sql.Array columns = row.getArray(11);
        return new Found(
                row.getLong(1),
                Sql.name(row, 2),
                row.getBoolean(4),
                row.getBoolean(5),
                row.getBoolean(6),
                row.getLong(7),
                row.getLong(8),
                row.getLong(9),
                row.getLong(10),
                columns == null ? List.of() : List.of((String[]) columns.getArray()),
                row.getString(12),
                row.getBoolean(13));
    }
}
