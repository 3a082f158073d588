package io.holdfast.cli.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a database is, taken by plain SQL of its own, without any of Holdfast's fingerprints: for each table the number of
 * rows and the MD5 of the sorted MD5s of all rows' text, and the definition of everything else, with the contents of materialized views.
 *
 * @param tables by qualified name; partitions each by itself
 * @param definitions by kind and name, such as {@code view public.open_tickets}
 */
record DatabaseDigest(Map<String, Rows> tables, Map<String, String> definitions) {
    private static final String COLUMNS = """
            SELECT format('%I.%I', n.nspname, c.relname), string_agg('t.' || quote_ident(a.attname), ', ' ORDER BY a.attname)
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            WHERE c.relkind = ?::"char" AND c.relispopulated
                AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
            GROUP BY 1 ORDER BY 1
            """;
    /** @param md5 of the sorted MD5s of the rows; a dash without rows */
    record Rows(long count, String md5) {}

    /** Takes it in one snapshot. Leaves the connection as it was but for its settings. */
    static DatabaseDigest take(Connection connection) throws SQLException, IOException {
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        try {
            return within(connection);
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    /** Takes it in the transaction that runs, so with what that has changed. */
    static DatabaseDigest within(Connection connection) throws SQLException, IOException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET timezone = 'UTC'; SET datestyle = 'ISO'; SET intervalstyle = 'postgres';"
                    + " SET extra_float_digits = 3; SET bytea_output = 'hex'; SET search_path = ''");
            Map<String, String> definitions = definitions(statement);
            rows(statement, "m")
                    .forEach((view, rows) ->
                            definitions.put("contents of a materialized view: " + view, rows.toString()));
            return new DatabaseDigest(rows(statement, "r"), definitions);
        }
    }

    long rows() {
        return tables.values().stream().mapToLong(Rows::count).sum();
    }

    /** @param name qualified, without quotes */
    @Nullable
    Rows table(String name) {
        return tables.entrySet().stream()
                .filter(table -> table.getKey().replace("\"", "").equals(name))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    /** What is different in another one, in lines for people; empty if nothing is. */
    List<String> differences(DatabaseDigest other) {
        List<String> found = new ArrayList<>();
        for (String table : union(tables, other.tables)) {
            Rows mine = tables.get(table);
            Rows theirs = other.tables.get(table);
            if (mine == null || theirs == null) {
                found.add("table " + table + (theirs == null ? " is missing" : " should not be there"));
            } else if (mine.count != theirs.count) {
                found.add("table " + table + " has " + theirs.count + " rows instead of " + mine.count);
            } else if (!mine.md5.equals(theirs.md5)) {
                found.add("table " + table + " has other contents in its " + mine.count + " rows");
            }
        }
        for (String thing : union(definitions, other.definitions)) {
            String mine = definitions.get(thing);
            String theirs = other.definitions.get(thing);
            if (!Objects.equals(mine, theirs)) {
                found.add(thing
                        + (theirs == null
                                ? " is missing"
                                : mine == null ? " should not be there" : " is defined otherwise"));
            }
        }
        return found;
    }

    /** How many of each kind: {@code 3 view, 6 function}. */
    Map<String, Integer> kinds() {
        Map<String, Integer> kinds = new TreeMap<>();
        definitions.keySet().forEach(thing -> kinds.merge(thing.substring(0, thing.indexOf(':')), 1, Integer::sum));
        return kinds;
    }

    private static Map<String, Rows> rows(Statement statement, String kind) throws SQLException {
        Map<String, String> columns = new TreeMap<>();
        try (PreparedStatement query = statement.getConnection().prepareStatement(COLUMNS)) {
            query.setString(1, kind);
            ResultSet found = query.executeQuery();
            while (found.next()) {
                columns.put(found.getString(1), Objects.requireNonNullElse(found.getString(2), ""));
            }
        }
        Map<String, Rows> rows = new TreeMap<>();
        for (Map.Entry<String, String> table : columns.entrySet()) {
            try (ResultSet found = statement.executeQuery(hash(table.getKey(), table.getValue()))) {
                found.next();
                rows.put(table.getKey(), new Rows(found.getLong(1), found.getString(2)));
            }
        }
        return rows;
    }

    private static String hash(String table, String columns) {
        return "SELECT count(*), coalesce(md5(string_agg(h, '' ORDER BY h)), '-')" + " FROM (SELECT md5(ROW(" + columns
                + ")::text) AS h FROM ONLY " + table + " t) s";
    }

    private static Map<String, String> definitions(Statement statement) throws SQLException, IOException {
        Map<String, String> definitions = new TreeMap<>();
        try (ResultSet found = statement.executeQuery(query())) {
            while (found.next()) {
                String thing = found.getString(1) + ": " + found.getString(2);
                String definition = Objects.requireNonNullElse(found.getString(3), "");
                definitions.merge(thing, definition, (one, another) -> one + "\n" + another);
            }
        }
        return definitions;
    }

    private static String query() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(DatabaseDigest.class.getResourceAsStream("portrait.sql"), "portrait.sql")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static TreeSet<String> union(Map<String, ?> one, Map<String, ?> another) {
        TreeSet<String> union = new TreeSet<>(one.keySet());
        union.addAll(another.keySet());
        return union;
    }
}
