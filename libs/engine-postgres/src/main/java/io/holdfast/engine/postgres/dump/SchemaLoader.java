package io.holdfast.engine.postgres.dump;

import io.holdfast.contracts.FailureCode;
import io.holdfast.engine.LoadOptions;
import io.holdfast.engine.model.ExcludedObject;
import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.dump.SchemaDumpParser.Entry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which parts of a schema dump are loaded, and when. */
public final class SchemaLoader {
    /** Nothing of these keeps other definitions from being made: what hinders all is of another kind. */
    public static final Set<FailureCode> IMPOSSIBLE =
            Set.of(FailureCode.TARGET_LOAD_FAILED, FailureCode.TARGET_PERMISSION_DENIED, FailureCode.TARGET_UNSUITABLE);

    private static final Set<String> PRIVILEGED =
            Set.of("EVENT TRIGGER", "FOREIGN DATA WRAPPER", "PUBLICATION", "SUBSCRIPTION");

    private final PgRestore program;
    private final LoadOptions options;
    private final DumpPrivilegeFilter dumpPrivilegeFilter;
    private volatile @Nullable Contents contents;

    public SchemaLoader(PgRestore program, LoadOptions options) {
        this.program = program;
        this.options = options;
        this.dumpPrivilegeFilter = new DumpPrivilegeFilter(options.lacking().roles());
    }

    /** When it is loaded. */
    public enum Part {
        BEFORE_ROWS("pre-data"),
        AFTER_ROWS("post-data");

        private final String shown;

        Part(String shown) {
            this.shown = shown;
        }
    }

    /**
     * Loads the entries of a part that pass; {@link #moves} follows, if tablespaces are missing.
     *
     * @return what could not be made of the rows, where the work is to go on without
     */
    public List<Finding> load(Path dump, Part part, int jobs, Predicate<Entry> wanted) {
        List<Entry> possible = possible(dump, part, wanted);
        // no --section: pg_restore takes a comment for part of the section of what the list has before it, and leaves
        // it out
        List<String> how = List.of("--jobs=" + jobs);
        Set<String> missing = options.lacking().tablespaces();
        Set<FailureCode> without = refused();
        if (ordered(possible)) {
            return load(dump, part.shown, with(how, "--no-tablespaces"), possible, without);
        }
        List<Finding> findings = new ArrayList<>();
        findings.addAll(
                load(dump, part.shown, how, filter(possible, entry -> !missing.contains(entry.tablespace())), without));
        findings.addAll(load(
                dump,
                part.shown,
                with(how, "--no-tablespaces"),
                filter(possible, entry -> missing.contains(entry.tablespace())),
                without));
        return findings;
    }

    /** Functions of the dump, or of its extensions, may run while a definition is made. */
    private List<Finding> load(
            Path dump, String what, List<String> how, List<Entry> entries, Set<FailureCode> without) {
        boolean calling = contents(dump).all.stream()
                .anyMatch(
                        entry -> entry.type().equals("FUNCTION") || entry.type().equals("EXTENSION"));
        return calling
                ? program.loadCalling(dump, what, how, entries, without)
                : program.load(dump, what, how, entries, without);
    }

    private Set<FailureCode> refused() {
        return options.keepGoing() ? IMPOSSIBLE : Set.of();
    }

    /**
     * Loads definitions alone: nobody has rights on them, and they lie where all do. What cannot be made so, in the order of
     * the dump and without rows, is left out.
     */
    public void definitions(Path dump) {
        List<Entry> entries = possible(
                dump,
                contents(dump).all,
                entry -> !entry.acl()
                        && !entry.database()
                        && !entry.eventTrigger()
                        && !entry.type().startsWith("SUBSCRIPTION")
                        // it holds a password
                        && !entry.type().equals("USER MAPPING"));
        List<Entry> ordered = Stream.concat(
                        entries.stream().filter(entry -> !entry.firing()),
                        entries.stream().filter(Entry::firing))
                .toList();
        load(dump, "definitions", List.of("--no-privileges", "--no-tablespaces"), ordered, IMPOSSIBLE);
    }

    /** What gives the rights on what no dump holds, because every server or an extension brings it, by entry. */
    public Map<Integer, String> rightsOfBrought(Path dump) {
        return !options.privileges()
                ? new TreeMap<>()
                : SchemaDumpParser.onBrought(contents(dump).all).stream()
                        .collect(Collectors.toMap(
                                Entry::id,
                                entry -> String.join("; ", dumpPrivilegeFilter.grants(entry.body())),
                                (one, other) -> one,
                                TreeMap::new));
    }

    /** Of these, what may be on something of an extension that the scope left out. */
    public Collection<String> uncertainRights(Path dump) {
        Map<Integer, String> all = rightsOfBrought(dump);
        all.keySet()
                .retainAll(OmittedDumpEntries.uncertain(
                        contents(dump).all, options.lacking().leftOut()));
        return all.values();
    }

    private List<Entry> possible(Path dump, Part part, Predicate<Entry> wanted) {
        return possible(dump, part(dump, part), wanted);
    }

    private List<Entry> possible(Path dump, List<Entry> entries, Predicate<Entry> wanted) {
        Set<Integer> impossible = new HashSet<>(dumpPrivilegeFilter.impossible(entries));
        impossible.addAll(outside(dump));
        return entries.stream()
                .filter(wanted)
                .filter(entry -> !impossible.contains(entry.id()) && !entry.publicSchema())
                .filter(entry -> !OmittedDumpEntries.labelled(entry, options.lacking()))
                .toList();
    }

    /** Whether what lies in a missing tablespace cannot wait until the rest is there: only indexes are needed by nothing. */
    private boolean ordered(List<Entry> entries) {
        return !options.lacking().tablespaces().isEmpty() && !entries.stream().allMatch(Entry::index);
    }

    /**
     * Numbers of the indexes, and constraints that are one, that can be made before all else. A materialized view that relies
     * on a primary key comes after it, and its indexes after the view.
     */
    public Set<Integer> indexes(Path dump) {
        List<Entry> entries = part(dump, Part.AFTER_ROWS);
        Set<Integer> later = new HashSet<>();
        entries.stream().filter(entry -> !entry.index()).forEach(entry -> later.add(entry.id()));
        SchemaDumpParser.addDependents(later, entries);
        return entries.stream().map(Entry::id).filter(id -> !later.contains(id)).collect(Collectors.toSet());
    }

    /** By table; none where some entries may have to be left out or go elsewhere. */
    public Map<QualifiedName, StandaloneIndexes> plainIndexes(Path dump) {
        return options.keepGoing() || !options.lacking().tablespaces().isEmpty()
                ? Map.of()
                : StandaloneIndexes.of(contents(dump).parts, indexes(dump));
    }

    private static List<String> with(List<String> how, String option) {
        return Stream.concat(how.stream(), Stream.of(option)).toList();
    }

    private static List<Entry> filter(List<Entry> entries, Predicate<Entry> wanted) {
        return entries.stream().filter(wanted).toList();
    }

    /** What brings to their tablespaces, while they are empty, tables and more that {@link #load} made without. */
    public List<String> moves(Path dump, Part part, Predicate<Entry> wanted) {
        List<Entry> possible = possible(dump, part, wanted);
        Set<String> missing = options.lacking().tablespaces();
        return !ordered(possible)
                ? List.of()
                : possible.stream()
                        .filter(entry -> !entry.tablespace().isEmpty() && !missing.contains(entry.tablespace()))
                        .flatMap(entry -> entry.relation().stream()
                                .map(relation -> "ALTER " + relation + " SET TABLESPACE "
                                        + QualifiedName.quote(entry.tablespace())))
                        .toList();
    }

    /** The labels of objects that also have some of a provider that is not there. */
    public List<String> labels(Path dump, Predicate<Entry> wanted) {
        if (options.lacking().labelProviders().isEmpty()) {
            return List.of();
        }
        Set<Integer> outside = outside(dump);
        return contents(dump).all.stream()
                .filter(wanted)
                .filter(entry -> !entry.database() && !outside.contains(entry.id()))
                .filter(entry -> OmittedDumpEntries.labelled(entry, options.lacking()))
                .flatMap(entry -> OmittedDumpEntries.labels(entry.body(), options.lacking()).stream())
                .toList();
    }

    /** What needs something that the scope left out, or may. */
    private Set<Integer> outside(Path dump) {
        Set<ExcludedObject> leftOut = options.lacking().leftOut();
        if (leftOut.isEmpty()) {
            return Set.of();
        }
        Set<Integer> outside = OmittedDumpEntries.outside(contents(dump).all, leftOut);
        outside.addAll(OmittedDumpEntries.uncertain(contents(dump).all, leftOut));
        return outside;
    }

    /** All grants, last: an owner may have none on what is his. Where roles are missing {@link #rights} does it. */
    public List<Finding> loadRights(Path dump) {
        if (!options.privileges() || !options.lacking().roles().isEmpty()) {
            return List.of();
        }
        Set<Integer> outside = outside(dump);
        List<Entry> grants =
                filter(contents(dump).all, entry -> entry.acl() && !entry.database() && !outside.contains(entry.id()));
        return program.load(dump, "grants", List.of(), grants, refused());
    }

    /** Gives what every new database has the owner it had; where roles are missing {@link #rights} does it. */
    public List<String> readyOwners(Path dump) {
        return !options.owners() || !options.lacking().roles().isEmpty()
                ? List.of()
                : part(dump, Part.BEFORE_ROWS).stream()
                        .filter(Entry::publicSchema)
                        .map(Entry::ownership)
                        .filter(ownership -> !ownership.isEmpty())
                        .toList();
    }

    /** Whether what is done to one table may be done to others as well: its partitions, or those that inherit from it. */
    public boolean inherited(Path dump) {
        return part(dump, Part.BEFORE_ROWS).stream()
                .filter(entry -> entry.type().equals("TABLE"))
                .anyMatch(entry ->
                        entry.body().contains("\nPARTITION BY ") || entry.body().contains("\nINHERITS ("));
    }

    /** Roles that own what only a superuser may come to own. */
    public Set<String> privilegedOwners(Path dump, Part part, Predicate<Entry> wanted) {
        return SchemaDumpParser.owners(filter(part(dump, part), wanted), PRIVILEGED);
    }

    /** The owners and grants that the target can have although it lacks roles. */
    public List<String> rights(Path dump, Predicate<Entry> wanted) {
        Set<Integer> outside = outside(dump);
        return dumpPrivilegeFilter.statements(filter(
                program.entries(dump, PgRestore.ownership(options)),
                entry -> wanted.test(entry) && !outside.contains(entry.id())));
    }

    private List<Entry> part(Path dump, Part part) {
        DumpSections parts = contents(dump).parts;
        return part == Part.BEFORE_ROWS ? parts.before() : parts.after();
    }

    /** The same dump is asked for several times. */
    private Contents contents(Path dump) {
        Contents known = contents;
        if (known == null || !known.dump.equals(dump)) {
            List<Entry> all = program.entries(dump, List.of());
            Set<Integer> postData = program.entries(dump, List.of("--section=post-data")).stream()
                    .map(Entry::id)
                    .collect(Collectors.toSet());
            known = new Contents(dump, all, DumpSections.of(all, postData));
            contents = known;
        }
        return known;
    }

    private record Contents(Path dump, List<Entry> all, DumpSections parts) {}
}
