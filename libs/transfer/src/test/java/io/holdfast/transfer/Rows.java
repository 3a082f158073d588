package io.holdfast.transfer;

import io.holdfast.engine.connect.DatabaseAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Compares rows by SQL alone, without anything of the engine that is under test. */
final class Rows {
    /** Every table and filled materialized view, with its columns by name: a copy may have them in another order. */
    private static final String RELATIONS = """
            SELECT format('%I.%I', n.nspname, c.relname),
              (SELECT string_agg(format('t.%I', a.attname), ', ' ORDER BY a.attname COLLATE "C")
               FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE (c.relkind IN ('r', 'm') OR c.relkind = 'p' AND n.nspname <> 'abroad') AND c.relpersistence <> 't'
              AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND (c.relkind <> 'm' OR c.relispopulated)
              AND c.relname !~ '^by_(enum|enum_below_1.|expression)_[0-9]' AND c.relname !~ '^by_enum_below_1'
            """;

    /** Sequences, large objects with their bytes and rights, and which views are filled. */
    static final List<String> STATES = List.of(
            "SELECT format('%I.%I %s', schemaname, sequencename, last_value) FROM pg_sequences ORDER BY 1",
            """
            SELECT format('%s %s %s %s %s', m.oid, md5(lo_get(m.oid)), pg_get_userbyid(m.lomowner),
              (SELECT string_agg(a::text, ',' ORDER BY a::text) FROM unnest(m.lomacl) a), obj_description(m.oid, 'pg_largeobject'))
            FROM pg_largeobject_metadata m ORDER BY m.oid
            """,
            "SELECT format('%I.%I %s', schemaname, matviewname, ispopulated) FROM pg_matviews ORDER BY 1",
            "SELECT format('%s %s', s.seqrelid::regclass, (SELECT (xpath('//text()', query_to_xml(format('SELECT"
                    + " is_called FROM %s', s.seqrelid::regclass), false, true, '')))[1])) FROM pg_sequence s ORDER BY 1");

    private Rows() {}

    static Map<String, String> digests(DatabaseAddress database) {
        Map<String, String> digests = new TreeMap<>();
        try (Connection connection = connect(database);
                Statement sql = connection.createStatement()) {
            sql.execute("SET search_path = ''; SET extra_float_digits = 3; SET DateStyle = ISO; SET TimeZone = 'UTC';"
                    + " SET IntervalStyle = postgres; SET bytea_output = hex; SET xmloption = content");
            List<String[]> relations = new ArrayList<>();
            try (ResultSet rows = sql.executeQuery(RELATIONS)) {
                while (rows.next()) {
                    relations.add(new String[] {rows.getString(1), rows.getString(2)});
                }
            }
            for (String[] relation : relations) {
                digests.put(relation[0], digest(sql, relation[0], relation[1]));
            }
        } catch (SQLException e) {
            throw new AssertionError(e.getMessage(), e);
        }
        return digests;
    }

    /** Names of relations that are not the same in both. */
    static Set<String> differing(Map<String, String> expected, Map<String, String> actual) {
        Set<String> names = new TreeSet<>(expected.keySet());
        names.addAll(actual.keySet());
        names.removeIf(name -> Objects.equals(expected.get(name), actual.get(name)));
        return names;
    }

    private static String digest(Statement sql, String relation, String columns) throws SQLException {
        // more columns than a row constructor takes are compared as the row is
        String row = columns == null || columns.length() > 4000 ? "t" : "ROW(" + columns + ")";
        try (ResultSet rows = sql.executeQuery("SELECT count(*) || ' ' || coalesce(md5(string_agg(md5(" + row
                + "::text), '' ORDER BY md5(" + row + "::text))), '') FROM ONLY " + relation + " t")) {
            rows.next();
            return rows.getString(1);
        }
    }

    static void sql(DatabaseAddress database, String statement) {
        try (Connection connection = connect(database);
                Statement sql = connection.createStatement()) {
            sql.execute(statement);
        } catch (SQLException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    static List<String> query(DatabaseAddress database, String query) {
        try (Connection connection = connect(database);
                Statement sql = connection.createStatement()) {
            sql.execute("SET search_path = pg_catalog");
            List<String> found = new ArrayList<>();
            try (ResultSet rows = sql.executeQuery(query)) {
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
            }
            return found;
        } catch (SQLException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    private static Connection connect(DatabaseAddress database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", database.user());
        properties.setProperty("socketFactory", "org.newsclub.net.unix.AFUNIXSocketFactory$FactoryArg");
        properties.setProperty("socketFactoryArg", database.host() + "/.s.PGSQL." + database.port());
        properties.setProperty("sslmode", "disable");
        properties.setProperty("preferQueryMode", "simple");
        return DriverManager.getConnection("jdbc:postgresql://localhost/" + database.database(), properties);
    }
}
