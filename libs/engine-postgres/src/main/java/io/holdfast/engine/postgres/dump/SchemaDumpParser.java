package io.holdfast.engine.postgres.dump;

import io.holdfast.engine.model.ExcludedObject;
import io.holdfast.engine.model.QualifiedName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The SQL text that {@code pg_restore --verbose} makes of a dump, cut into its entries. */
public final class SchemaDumpParser {
    private static final Pattern HEADER = Pattern.compile(
            "(?m)^--\\n-- TOC entry (?<id>\\d+) \\(class (?<catalog>\\d+) OID (?<oid>\\d+)\\)\\n"
                    + "(?:-- Dependencies: (?<needs>.*)\\n)?-- Name: (?<name>.*); Type: (?<type>[A-Z][A-Z ]*); Schema: (?<schema>.*);"
                    + " Owner: ?(?<owner>.*?)(?:; Tablespace: (?<tablespace>.*))?\\n(?:-- Data Pos: .*\\n)?--\\n",
            Pattern.UNIX_LINES);
    private static final Pattern SESSION = Pattern.compile(
            "(SET default_(tablespace|table_access_method) = .*;|\\\\(un)?restrict .*|--.*|)", Pattern.UNIX_LINES);

    /** What stands before the first definition. */
    private static final Pattern SINCE_17 =
            Pattern.compile("\\A((?:(?:--|SET |\\\\)[^\\n]*\\n|\\n)*?)SET transaction_timeout = 0;\\n");

    private SchemaDumpParser() {}

    /** Without what pg_restore sets first since 17, whatever the version of the server that the dump is of. */
    public static String before17(String text) {
        return SINCE_17.matcher(text).replaceFirst("$1");
    }

    /**
     * One object, or what is said of one.
     *
     * @param id its number in the dump
     * @param object what it was in the source's catalogs; zeros if it is no object there
     * @param needs numbers of others
     * @param tablespace empty: the database's own
     * @param body its statements
     */
    public record Entry(
            int id,
            ExcludedObject object,
            Set<Integer> needs,
            String type,
            String schema,
            String name,
            String owner,
            String tablespace,
            String body) {
        public String shown() {
            return type + " " + schema + "." + name;
        }

        /** As {@code pg_restore --use-list} reads it. */
        public String listed() {
            return id + "; " + type;
        }

        /** Every new database has it: what would create it again fails, what only gives it an owner does not. */
        public boolean publicSchema() {
            return type.equals("SCHEMA") && name.equals("public") && body.contains("CREATE SCHEMA public;");
        }

        /** An index, or a constraint that is one. */
        boolean index() {
            return type.equals("INDEX") || type.equals("CONSTRAINT");
        }

        /** What {@code ALTER} moves to another tablespace, as it names that. */
        Optional<String> relation() {
            return switch (type) {
                case "TABLE", "MATERIALIZED VIEW", "INDEX" ->
                    Optional.of(type + " " + new QualifiedName(schema, name).sql());
                case "CONSTRAINT" -> Optional.of("INDEX " + new QualifiedName(schema, constraint()).sql());
                default -> Optional.empty();
            };
        }

        /** An entry is called by its table and its name, and both may hold spaces: the statement tells where it begins. */
        private String constraint() {
            List<SqlTokenizer.Word> words = SqlTokenizer.of(body);
            for (int i = 1; i < words.size(); i++) {
                if (words.get(i - 1).is("CONSTRAINT")) {
                    return words.get(i).text();
                }
            }
            throw new IllegalStateException("no constraint in entry " + id);
        }

        /** When a leaf's trigger fires; the trigger itself is its root's, which pg_dump may write later. */
        public boolean firing() {
            return type.equals("TRIGGER") && body.startsWith("ALTER TABLE ");
        }

        public boolean acl() {
            return type.endsWith("ACL");
        }

        /** The database, and what is said of it. */
        boolean database() {
            return type.startsWith("DATABASE") || saidOf("DATABASE ");
        }

        /** An event trigger, and what is said of one. */
        public boolean eventTrigger() {
            return type.equals("EVENT TRIGGER") || saidOf("EVENT TRIGGER ");
        }

        /** A publication or subscription, and what belongs to one or is said of one. */
        public boolean publication() {
            return type.startsWith("PUBLICATION")
                    || type.startsWith("SUBSCRIPTION")
                    || saidOf("PUBLICATION ")
                    || saidOf("SUBSCRIPTION ");
        }

        /** Only of these the name begins with a kind of object; a table may be called so. */
        private boolean saidOf(String kind) {
            return (acl() || type.equals("COMMENT") || type.equals("SECURITY LABEL")) && name.startsWith(kind);
        }

        /** The statement that gives the object its owner, always the last; an empty string if there is none. */
        String ownership() {
            String last = body.startsWith("ALTER ") ? body : body.substring(body.lastIndexOf("\nALTER ") + 1);
            List<SqlTokenizer.Word> words = acl() || !last.startsWith("ALTER ") ? List.of() : SqlTokenizer.of(last);
            int end = words.size();
            return end > 4
                            && words.get(end - 1).is(";")
                            && words.get(end - 2).text().equals(owner)
                            && words.get(end - 3).is("TO")
                            && words.get(end - 4).is("OWNER")
                    ? last
                    : "";
        }
    }

    public static List<Entry> entries(String text) {
        List<Entry> entries = new ArrayList<>();
        Matcher header = HEADER.matcher(text);
        boolean found = header.find();
        while (found) {
            int id = Integer.parseInt(header.group("id"));
            ExcludedObject object =
                    new ExcludedObject(Long.parseLong(header.group("catalog")), Long.parseLong(header.group("oid")));
            Set<Integer> needs = numbers(header.group("needs"));
            String type = header.group("type");
            String schema = header.group("schema");
            String name = header.group("name");
            String owner = header.group("owner");
            String tablespace = header.group("tablespace");
            int from = header.end();
            found = next(header, text);
            String body = text.substring(from, found ? header.start() : text.length());
            entries.add(new Entry(
                    id, object, needs, type, schema, name, owner, tablespace == null ? "" : tablespace, own(body)));
        }
        return entries;
    }

    /** A function or a comment may quote what looks like one. */
    private static boolean next(Matcher header, String text) {
        int at = header.end();
        while (header.find()) {
            int uncovered = SqlTokenizer.uncovered(text, at, header.start());
            if (uncovered == header.start()) {
                return true;
            }
            at = uncovered;
            header.region(at, text.length());
        }
        return false;
    }

    private static Set<Integer> numbers(@Nullable String list) {
        return list == null
                ? Set.of()
                : Arrays.stream(list.strip().split(" ", -1))
                        .map(Integer::parseInt)
                        .collect(Collectors.toSet());
    }

    /** Without what belongs to the session, and so to the next entry. */
    private static String own(String text) {
        List<String> lines = new ArrayList<>(lines(text));
        while (!lines.isEmpty() && SESSION.matcher(lines.getLast()).matches()) {
            lines.removeLast();
        }
        while (!lines.isEmpty() && SESSION.matcher(lines.getFirst()).matches()) {
            lines.removeFirst();
        }
        return String.join("\n", lines);
    }

    /** As pg_dump ends them: a carriage return may be part of a name or a value. */
    static List<String> lines(String text) {
        return List.of(text.split("\n", -1));
    }

    /** Adds to some entries' numbers those of all that need them, directly or not. */
    public static void addDependents(Set<Integer> some, List<Entry> entries) {
        boolean more = true;
        while (more) {
            more = false;
            for (Entry entry : entries) {
                more |= entry.needs().stream().anyMatch(some::contains) && some.add(entry.id());
            }
        }
    }

    /** Rights on objects that are not in the dump: the server or an extension brings them. */
    static List<Entry> onBrought(List<Entry> entries) {
        Set<Integer> dumped =
                entries.stream().filter(entry -> !entry.acl()).map(Entry::id).collect(Collectors.toSet());
        return entries.stream()
                .filter(entry -> entry.type().equals("ACL") && !entry.database())
                .filter(entry -> entry.needs().stream().noneMatch(dumped::contains))
                .toList();
    }

    /** The owners of all objects of these types. */
    static Set<String> owners(List<Entry> entries, Set<String> types) {
        return entries.stream()
                .filter(entry -> types.contains(entry.type()))
                .map(Entry::owner)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
