package io.holdfast.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A table, written {@code schema.table} or {@code table}; names are taken as they are (nothing is folded to lower case),
 * and in double quotes they may hold dots.
 *
 * @param schema empty if it was not given
 */
public record TableName(Optional<String> schema, String table) {
    private static final String PART = "(?:[^\".\\s]+|\"(?:[^\"]|\"\")+\")";
    static final String PATTERN = "^(?:" + PART + "\\.)?" + PART + "$";
    private static final Pattern NEXT = Pattern.compile("(" + PART + ")(\\.|$)");

    /**
     * Reads a name.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    public static TableName parse(String text) {
        List<String> parts = parts(text);
        if (parts.isEmpty() || parts.size() > 2) {
            throw new IllegalArgumentException("\"" + text + "\" is not a table; write schema.table or table");
        }
        return of(parts);
    }

    static TableName of(List<String> parts) {
        return new TableName(parts.size() == 2 ? Optional.of(parts.getFirst()) : Optional.empty(), parts.getLast());
    }

    /** The parts of a dotted name, without quotes; none if it is malformed. */
    static List<String> parts(String text) {
        List<String> parts = new ArrayList<>();
        Matcher next = NEXT.matcher(text);
        int at = 0;
        boolean dot = true;
        while (dot && next.find(at) && next.start() == at) {
            String part = next.group(1);
            parts.add(
                    part.startsWith("\"") ? part.substring(1, part.length() - 1).replace("\"\"", "\"") : part);
            dot = !next.group(2).isEmpty();
            at = next.end();
        }
        return dot || at != text.length() ? List.of() : parts;
    }

    static String quoted(String name) {
        return name.matches("[^\".\\s]+") ? name : "\"" + name.replace("\"", "\"\"") + "\"";
    }

    @Override
    public String toString() {
        return schema.map(name -> quoted(name) + ".").orElse("") + quoted(table);
    }
}
