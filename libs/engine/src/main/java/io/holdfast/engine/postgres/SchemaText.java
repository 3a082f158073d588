package io.holdfast.engine.postgres;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The SQL text that pg_restore makes of a dump, cut into objects, without what differs by nature. */
final class SchemaText {
    private static final Pattern HEADER = Pattern.compile(
            "(?m)^--\\n-- Name: (?<name>.*); Type: (?<type>[A-Z][A-Z ]*); Schema: (?<schema>.*); Owner: ?(?<owner>.*)\\n--\\n");
    private static final Pattern SESSION =
            Pattern.compile("(SET default_(tablespace|table_access_method) = .*;|\\\\(un)?restrict .*|--.*|)");

    /** Servers number columns' definitions since 15.20; only a pg_dump that is as new leaves that number out. */
    private static final Pattern COLUMN_VERSION = Pattern.compile(", pg_attver=\\d+|\\bpg_attver=\\d+(, )?");

    private static final Pattern COLUMN_OPTIONS =
            Pattern.compile("ALTER (FOREIGN )?TABLE ONLY .* ALTER COLUMN .* SET \\(.*\\);");

    private SchemaText() {}

    /** The owners of all objects of these types. */
    static Set<String> owners(String text, Set<String> types) {
        Set<String> owners = new TreeSet<>();
        Matcher header = HEADER.matcher(text);
        while (header.find()) {
            if (types.contains(header.group("type"))) {
                owners.add(header.group("owner"));
            }
        }
        return owners;
    }

    /** Objects by kind and name; several with one name (overloads, grants) are joined in their order. */
    static Map<String, String> objects(String text) {
        Map<String, String> objects = new TreeMap<>();
        Matcher header = HEADER.matcher(text);
        boolean found = header.find();
        while (found) {
            String type = header.group("type");
            String name = type + " " + header.group("schema") + "." + header.group("name");
            int from = header.end();
            found = header.find();
            String body = text.substring(from, found ? header.start() : text.length());
            if (!type.startsWith("DATABASE")) {
                objects.merge(name, body(type, body), (a, b) -> a + "\n" + b);
            }
        }
        return objects;
    }

    private static String body(String type, String text) {
        List<String> lines = text.lines()
                .map(SchemaText::withoutColumnVersion)
                .filter(line -> !line.endsWith(" SET ();"))
                .collect(Collectors.toList());
        while (!lines.isEmpty() && SESSION.matcher(lines.get(lines.size() - 1)).matches()) {
            lines.remove(lines.size() - 1);
        }
        while (!lines.isEmpty() && SESSION.matcher(lines.get(0)).matches()) {
            lines.remove(0);
        }
        if (type.endsWith("ACL")) {
            // the order in which rights were granted means nothing
            lines.sort(null);
        }
        return ArrayCasts.settled(String.join("\n", lines));
    }

    private static String withoutColumnVersion(String line) {
        return COLUMN_OPTIONS.matcher(line).matches()
                ? COLUMN_VERSION.matcher(line).replaceAll("")
                : line;
    }

    /** The first lines that differ. */
    static String firstDifference(String expected, String actual) {
        String[] before = expected.split("\n", -1);
        String[] after = actual.split("\n", -1);
        int line = Arrays.mismatch(before, after);
        return "backup has " + at(before, line) + ", copy has " + at(after, line);
    }

    private static String at(String[] lines, int line) {
        return line < lines.length ? "\"" + lines[line].strip() + "\"" : "nothing more";
    }
}
