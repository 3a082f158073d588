package io.holdfast.engine.sqlite.schema;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.sqlite.rows.RowDecoder;
import io.holdfast.engine.sqlite.rows.RowEncoder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a SQLite database is beside its rows: the settings that its file keeps, and the entries of {@code sqlite_schema} in
 * their order. As a dump it is lines of {@link RowEncoder}, all texts in UTF-8: {@code pragma, name, "", value} for each
 * setting, then {@code type, name, table, statement} for each entry.
 *
 * @param settings by name: page_size, encoding, auto_vacuum, journal_mode, user_version, application_id
 */
public record SqliteSchemaDump(Map<String, String> settings, List<Entry> entries) {
    public static final String FORMAT = "sqlite schema 1";

    private static final int COLUMNS = 4;
    private static final String PRAGMA = "pragma";
    private static final int NAMED = 10;

    /**
     * An object.
     *
     * @param type table, index, view or trigger
     * @param table what it belongs to; its own name for tables and views
     */
    public record Entry(String type, String name, String table, String sql) {
        /** Rows of a virtual table are those of the ordinary tables behind it, or nowhere in this database. */
        public boolean virtual() {
            return type.equals("table") && sql.startsWith("CREATE VIRTUAL TABLE");
        }

        public boolean ordinaryTable() {
            return type.equals("table") && !virtual();
        }

        public String shown() {
            return type + " " + name;
        }
    }

    public SqliteSchemaDump {
        entries = List.copyOf(entries);
    }

    public String setting(String name) {
        return settings.getOrDefault(name, "0");
    }

    public SqliteSchemaDump without(List<Entry> left) {
        return new SqliteSchemaDump(
                settings,
                entries.stream().filter(entry -> !left.contains(entry)).toList());
    }

    public void write(OutputStream out) throws IOException {
        RowEncoder line = new RowEncoder();
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            write(out, line, PRAGMA, setting.getKey(), "", setting.getValue());
        }
        for (Entry entry : entries) {
            write(out, line, entry.type(), entry.name(), entry.table(), entry.sql());
        }
    }

    private static void write(OutputStream out, RowEncoder line, String... texts) throws IOException {
        line.begin();
        for (String text : texts) {
            line.text(text.getBytes(StandardCharsets.UTF_8));
        }
        line.end();
        out.write(line.buffer(), 0, line.length());
    }

    /** Fails with MANIFEST_CORRUPT on what is no such dump. */
    public static SqliteSchemaDump read(Path dump) {
        try {
            return read(Files.readAllBytes(dump));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (HoldfastException e) {
            throw HoldfastException.of(
                    FailureCode.MANIFEST_CORRUPT, "the backup's schema cannot be read: " + e.getMessage(), e);
        }
    }

    private static SqliteSchemaDump read(byte[] dump) throws IOException {
        Map<String, String> settings = new LinkedHashMap<>();
        List<Entry> entries = new ArrayList<>();
        RowDecoder rows = new RowDecoder(new ByteArrayInputStream(dump), COLUMNS);
        while (rows.next()) {
            if (text(rows, 0).equals(PRAGMA)) {
                settings.put(text(rows, 1), text(rows, 3));
            } else {
                entries.add(new Entry(text(rows, 0), text(rows, 1), text(rows, 2), text(rows, 3)));
            }
        }
        return new SqliteSchemaDump(settings, entries);
    }

    private static String text(RowDecoder rows, int column) {
        return new String(rows.bytes(column), StandardCharsets.UTF_8);
    }

    /** In words that name the objects; the order of objects of different kinds is no difference. */
    public List<String> differences(SqliteSchemaDump copy) {
        Map<String, String> expected = statements();
        Map<String, String> actual = copy.statements();
        Set<String> names = new TreeSet<>(expected.keySet());
        names.addAll(actual.keySet());
        List<String> differences = new ArrayList<>();
        for (String name : names) {
            String before = expected.get(name);
            String after = actual.get(name);
            if (before == null) {
                differences.add(name + " is only in the copy");
            } else if (after == null) {
                differences.add(name + " is missing in the copy");
            } else if (!before.equals(after)) {
                differences.add(name + " differs: " + before + " in the backup, " + after + " in the copy");
            }
        }
        if (differences.size() > NAMED) {
            int more = differences.size() - NAMED;
            differences.subList(NAMED, differences.size()).clear();
            differences.add("and " + more + " more");
        }
        return differences;
    }

    private Map<String, String> statements() {
        Map<String, String> statements = new LinkedHashMap<>();
        settings.forEach((name, value) -> statements.put("setting " + name, value));
        entries.forEach(entry -> statements.put(entry.shown(), entry.sql()));
        return statements;
    }
}
