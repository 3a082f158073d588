package io.holdfast.engine.postgres.check;

import io.holdfast.engine.check.CheckResults;
import io.holdfast.engine.check.DataCheck;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.jdbc.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Columns whose values have to be those of others.
 *
 * @param name the constraint's; null: only configured
 * @param full MATCH FULL: a row with some nulls has no parent, too
 */
record ReferentialConstraint(@Nullable String name, Side child, Side parent, boolean full, List<Pair> pairs) {

    /** @param only without tables that inherit from it, as constraints see it */
    record Side(QualifiedName table, boolean only) {
        String sql() {
            return (only ? "ONLY " : "") + table.sql();
        }
    }

    /** @param equals the operator, of parent and child */
    record Pair(String child, String parent, String equals) {
        String childSql() {
            return "c." + QualifiedName.quote(child);
        }

        String matches() {
            return "p." + QualifiedName.quote(parent) + " " + equals + " " + childSql();
        }
    }

    static ReferentialConstraint configured(DataCheck.Orphans orphans) {
        return new ReferentialConstraint(
                null,
                new Side(orphans.child(), false),
                new Side(orphans.parent(), false),
                false,
                List.of(new Pair(orphans.childColumn(), orphans.parentColumn(), "=")));
    }

    /** All foreign keys; those that PostgreSQL 18 compares over time are left to it. */
    static List<ReferentialConstraint> declared(Connection connection) throws SQLException {
        Map<Long, ReferentialConstraint> byOid = new LinkedHashMap<>();
        Sql.list(connection, """
                SELECT c.oid, c.conname, c.confmatchtype = 'f', cn.nspname, ct.relname, ct.relkind <> 'p',
                       pn.nspname, pt.relname, pt.relkind <> 'p', ca.attname, pa.attname,
                       pg_catalog.format('OPERATOR(%I.%s)', o.nspname, op.oprname)
                FROM pg_catalog.pg_constraint c
                JOIN pg_catalog.pg_class ct ON ct.oid = c.conrelid
                JOIN pg_catalog.pg_namespace cn ON cn.oid = ct.relnamespace
                JOIN pg_catalog.pg_class pt ON pt.oid = c.confrelid
                JOIN pg_catalog.pg_namespace pn ON pn.oid = pt.relnamespace
                CROSS JOIN LATERAL pg_catalog.generate_subscripts(c.conkey, 1) AS k (n)
                JOIN pg_catalog.pg_attribute ca ON ca.attrelid = c.conrelid AND ca.attnum = c.conkey[k.n]
                JOIN pg_catalog.pg_attribute pa ON pa.attrelid = c.confrelid AND pa.attnum = c.confkey[k.n]
                JOIN pg_catalog.pg_operator op ON op.oid = c.conpfeqop[k.n]
                JOIN pg_catalog.pg_namespace o ON o.oid = op.oprnamespace
                WHERE c.contype = 'f' AND c.conparentid = 0
                  AND NOT COALESCE((pg_catalog.to_jsonb(c) ->> 'conperiod')::boolean, false)
                ORDER BY cn.nspname, ct.relname, c.conname, k.n""", row -> {
            ReferentialConstraint referentialConstraint = byOid.get(row.getLong(1));
            if (referentialConstraint == null) {
                referentialConstraint = new ReferentialConstraint(
                        Sql.text(row, 2),
                        new Side(Sql.name(row, 4), row.getBoolean(6)),
                        new Side(Sql.name(row, 7), row.getBoolean(9)),
                        row.getBoolean(3),
                        new ArrayList<>());
                byOid.put(row.getLong(1), referentialConstraint);
            }
            return referentialConstraint.pairs().add(new Pair(Sql.text(row, 10), Sql.text(row, 11), Sql.text(row, 12)));
        });
        return List.copyOf(byOid.values());
    }

    /** How many rows have no parent, and which are the first; empty: none. */
    Optional<String> orphans(Connection connection) throws SQLException {
        String from = " FROM " + child.sql() + " c WHERE " + condition();
        long count = Sql.one(connection, "SELECT pg_catalog.count(*)" + from, row -> row.getLong(1));
        if (count == 0) {
            return Optional.empty();
        }
        List<String> key = key(connection);
        String columns =
                key.stream().map(name -> "c." + QualifiedName.quote(name)).collect(Collectors.joining(", "));
        String texts = key.stream()
                .map(name -> "c." + QualifiedName.quote(name) + "::pg_catalog.text")
                .collect(Collectors.joining(", "));
        List<List<@Nullable String>> first = Sql.list(
                connection,
                "SELECT " + texts + from + " ORDER BY " + columns + " LIMIT " + CheckResults.EXAMPLES,
                row -> {
                    List<@Nullable String> values = new ArrayList<>();
                    for (int i = 1; i <= key.size(); i++) {
                        values.add(row.getString(i));
                    }
                    return values;
                });
        return Optional.of(CheckResults.rows(count) + " (" + CheckResults.keys(key, first)
                + (count > first.size() ? ", …)" : ")"));
    }

    private String condition() {
        String whole = each(pair -> pair.childSql() + " IS NOT NULL", " AND ");
        String missing = "NOT EXISTS (SELECT 1 FROM " + parent.sql() + " p WHERE " + each(Pair::matches, " AND ") + ")";
        return full
                ? "(" + each(pair -> pair.childSql() + " IS NOT NULL", " OR ") + ") AND (NOT (" + whole + ") OR "
                        + missing + ")"
                : whole + " AND " + missing;
    }

    private String each(java.util.function.Function<Pair, String> text, String between) {
        return pairs.stream().map(text).collect(Collectors.joining(between));
    }

    /** The child's primary key; without one, what refers. */
    private List<String> key(Connection connection) throws SQLException {
        List<String> primary = Sql.strings(
                connection,
                "SELECT a.attname FROM pg_catalog.pg_index i"
                        + " CROSS JOIN LATERAL pg_catalog.generate_subscripts(i.indkey, 1) AS k (n)"
                        + " JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k.n]"
                        + " WHERE i.indisprimary AND k.n < i.indnkeyatts AND i.indrelid = "
                        + Sql.literal(child.table().sql()) + "::pg_catalog.regclass ORDER BY k.n");
        return primary.isEmpty() ? pairs.stream().map(Pair::child).toList() : primary;
    }

    @Override
    public String toString() {
        return name + " of " + child.table();
    }
}
