package io.holdfast.engine.postgres.dump;

import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.dump.SchemaDumpParser.Entry;
import io.holdfast.engine.postgres.tools.PostgresTools;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Renders two schema dumps with the same program and compares them object by object. */
public final class SchemaComparator {
    private static final int NAMED = 10;

    /** Servers number columns' definitions since 15.20; only a pg_dump that is as new leaves that number out. */
    private static final Pattern COLUMN_VERSION = Pattern.compile(", pg_attver=\\d+|\\bpg_attver=\\d+(, )?");

    private static final Pattern COLUMN_OPTIONS =
            Pattern.compile("ALTER (FOREIGN )?TABLE ONLY .* ALTER COLUMN .* SET \\(.*\\);", Pattern.UNIX_LINES);

    private static final Pattern TOAST = Pattern.compile("\nWITH \\((.*toast\\..*)\\)", Pattern.UNIX_LINES);

    private final PostgresTools tools;
    private final LoadOptions as;

    public SchemaComparator(PostgresTools tools, LoadOptions as) {
        this.tools = tools;
        this.as = as;
    }

    /**
     * @param reread the stored definitions as the copy's server writes them itself, if they are known
     * @param given numbers of the rights, on what is in no dump, that were given there
     */
    public List<String> compare(Path stored, Path copy, @Nullable Path reread, Set<Integer> given) {
        List<Entry> before = entries(stored);
        Set<Integer> impossible =
                new HashSet<>(new DumpPrivilegeFilter(as.lacking().roles()).impossible(before));
        impossible.addAll(OmittedDumpEntries.outside(before, as.lacking().leftOut()));
        if (reread != null) {
            OmittedDumpEntries.uncertain(before, as.lacking().leftOut()).stream()
                    .filter(right -> !given.contains(right))
                    .forEach(impossible::add);
        }
        Set<String> ownerless = ownerless(before);
        Map<String, Definition> expected = objects(
                before.stream()
                        .filter(entry -> !impossible.contains(entry.id()))
                        .toList(),
                ownerless);
        Map<String, Definition> actual = objects(entries(copy), ownerless);
        Map<String, Definition> again = reread == null ? Map.of() : objects(entries(reread), ownerless);
        Map<Boolean, Set<String>> brought = SchemaDumpParser.onBrought(before).stream()
                .collect(Collectors.partitioningBy(
                        entry -> given.contains(entry.id()), Collectors.mapping(Entry::shown, Collectors.toSet())));
        Set<String> names = new TreeSet<>(expected.keySet());
        names.addAll(actual.keySet());
        List<String> differences = new ArrayList<>();
        for (String name : names) {
            Definition was = expected.get(name);
            Definition is = actual.get(name);
            boolean asReread = is != null && is.sameText(again.get(name));
            if (was == null) {
                if (!asReread) {
                    differences.add(name + " is only in the copy");
                }
            } else if (is == null) {
                // rights of the source's first superuser on what its server brought, or those that a newer server gives
                // anyway
                boolean nothing = brought.getOrDefault(true, Set.of()).contains(name)
                        && !brought.getOrDefault(false, Set.of()).contains(name)
                        && !again.containsKey(name);
                if (!nothing && !isEverywhere(name, was.text)) {
                    differences.add(name + " is missing in the copy");
                }
            } else if (!was.belongings.equals(is.belongings)) {
                differences.add(name + " differs: " + firstDifference(was.belongings, is.belongings));
            } else if (!asReread
                    && !was.text.equals(is.text)
                    && !withoutToast(was.text).equals(is.text)) {
                differences.add(name + " differs: " + firstDifference(was.text, is.text));
            }
        }
        return differences.size() <= NAMED ? differences : shortened(differences);
    }

    /**
     * An object's own statements, and what it was given besides.
     *
     * @param belongings owner and tablespace; a line for each of those that have one name, so that none of them is missed
     */
    private record Definition(String text, String belongings) {
        Definition and(Definition other) {
            return new Definition(text + "\n" + other.text, belongings + "\n" + other.belongings);
        }

        boolean sameText(@Nullable Definition other) {
            return other != null && text.equals(other.text);
        }
    }

    /** Options of a TOAST table, which a copy does not have if the columns that needed one were dropped. */
    private static String withoutToast(String definition) {
        return TOAST.matcher(definition)
                .replaceAll(with ->
                        Matcher.quoteReplacement(Arrays.stream(with.group(1).split(", ", -1))
                                .filter(option -> !option.startsWith("toast."))
                                .collect(Collectors.joining(", ", "\nWITH (", ")"))))
                .replace("\nWITH ()", "");
    }

    /**
     * Every new database has schema public; pg_dump shows it of a whole one only if it was changed, and always if it is asked
     * for. And every one has plpgsql, which pg_dump shows only where somebody dropped it and made it anew.
     */
    private static boolean isEverywhere(String name, String was) {
        return switch (name) {
            case "SCHEMA -.public" -> was.startsWith("CREATE SCHEMA public;");
            case "COMMENT -.SCHEMA public" -> was.equals("COMMENT ON SCHEMA public IS 'standard public schema';");
            case "EXTENSION -.plpgsql", "COMMENT -.EXTENSION plpgsql" -> true;
            default -> false;
        };
    }

    /** Objects whose owner could not be kept, so that the restoring role has them. */
    private Set<String> ownerless(List<Entry> stored) {
        return stored.stream()
                .filter(entry -> as.lacking().roles().contains(entry.owner()))
                .map(Entry::shown)
                .collect(Collectors.toSet());
    }

    private static List<String> shortened(List<String> differences) {
        List<String> first = new ArrayList<>(differences.subList(0, NAMED));
        first.add("and " + (differences.size() - NAMED) + " more");
        return first;
    }

    /** Objects by kind and name; several with one name (overloads, grants) are joined in their order. */
    private Map<String, Definition> objects(List<Entry> entries, Set<String> ownerless) {
        Map<String, Definition> objects = new TreeMap<>();
        for (Entry entry : entries) {
            String text = entry.database() ? "" : text(entry);
            String owner = ownerless.contains(entry.shown()) ? "" : unquoted(entry.ownership());
            if (!text.isEmpty() || !owner.isEmpty()) {
                objects.merge(entry.shown(), new Definition(text, owner + place(entry.tablespace())), Definition::and);
            }
        }
        return objects;
    }

    private String text(Entry entry) {
        if (entry.acl()) {
            // the order in which rights were granted means nothing
            return new DumpPrivilegeFilter(as.lacking().roles())
                    .grants(entry.body()).stream()
                            .map(SchemaComparator::unquoted)
                            .sorted()
                            .collect(Collectors.joining("\n"));
        }
        if (entry.type().equals("SECURITY LABEL")) {
            return String.join("\n", OmittedDumpEntries.labels(entry.body(), as.lacking()));
        }
        String body = entry.body()
                .substring(0, entry.body().length() - entry.ownership().length())
                .strip();
        if (entry.type().equals("POLICY")) {
            body = rolesByName(body);
        }
        if (entry.type().equals("EVENT TRIGGER")) {
            body = unquoted(body); // none is read back before it is compared
        }
        return settled(body);
    }

    /** Some sessions quote all names ({@code quote_all_identifiers}), and this says the same. */
    private static String unquoted(String naming) {
        return SqlTokenizer.of(naming).stream()
                .map(word -> word.quoted() && !word.text().equals(word.text().toLowerCase(Locale.ROOT))
                        ? QualifiedName.quote(word.text())
                        : word.text())
                .collect(Collectors.joining(" "));
    }

    private String place(String tablespace) {
        Set<String> missing = as.lacking().tablespaces();
        // the database itself may be in its server's default place now
        boolean ordinary = tablespace.isEmpty() || (tablespace.equals("pg_default") && !missing.isEmpty());
        return ordinary || missing.contains(tablespace) ? "" : "\nin tablespace " + tablespace;
    }

    /** A policy's roles are printed in the order of their numbers, which every server gives anew. */
    private static String rolesByName(String policy) {
        int end = Stream.of(" USING (", " WITH CHECK (")
                .mapToInt(policy::indexOf)
                .filter(at -> at >= 0)
                .min()
                .orElse(policy.length() - 1);
        int to = policy.lastIndexOf(" TO ", end);
        if (to < 0) {
            return policy;
        }
        String roles = SqlTokenizer.of(policy.substring(to + 4, end)).stream()
                .filter(word -> !word.is(","))
                .map(SqlTokenizer.Word::text)
                .sorted()
                .collect(Collectors.joining(", "));
        return policy.substring(0, to + 4) + roles + policy.substring(end);
    }

    /** What the server prints in another way once its own text was read back, and means the same. */
    static String settled(String body) {
        String unnumbered = SchemaDumpParser.lines(body).stream()
                .map(SchemaComparator::withoutColumnVersion)
                .filter(line -> !line.endsWith(" SET ();"))
                .collect(Collectors.joining("\n"))
                .strip();
        String text = ArrayCastNormalizer.settled(unnumbered).replace("( VALUES ", "(VALUES ");
        if (!text.contains("\nINHERITS (")) {
            return text;
        }
        // columns of a table that was attached to its parents come back in another order, as they do with pg_restore
        return SchemaDumpParser.lines(text).stream()
                .map(line -> line.endsWith(",") ? line.substring(0, line.length() - 1) : line)
                .sorted()
                .collect(Collectors.joining("\n"));
    }

    private static String withoutColumnVersion(String line) {
        return COLUMN_OPTIONS.matcher(line).matches()
                ? COLUMN_VERSION.matcher(line).replaceAll("")
                : line;
    }

    /** The first lines that differ. */
    private static String firstDifference(String expected, String actual) {
        String[] before = expected.split("\n", -1);
        String[] after = actual.split("\n", -1);
        int line = Arrays.mismatch(before, after);
        return "backup has " + at(before, line) + ", copy has " + at(after, line);
    }

    private static String at(String[] lines, int line) {
        return line < lines.length ? "\"" + lines[line].strip() + "\"" : "nothing more";
    }

    private List<Entry> entries(Path dump) {
        return PgRestore.entries(tools.newest("pg_restore"), dump, PgRestore.ownership(as));
    }
}
