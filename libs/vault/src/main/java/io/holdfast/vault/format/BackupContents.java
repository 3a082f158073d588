package io.holdfast.vault.format;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a backup holds, as the one who made it describes it. The vault stores it, follows its extents, and understands
 * nothing else of it.
 *
 * @param sourceName the source's name at that time
 * @param kind why it was made, such as {@code scheduled}, {@code manual}, {@code safety}
 * @param snapshotAt the instant whose state this is
 * @param startedAt when the work began
 * @param largeObjects and their content
 * @param populatedViews materialized views that had rows
 * @param findings what the backup lacks or what was strange; one that is {@link Finding#partial} makes it partial
 * @param attributes whatever else the engine needs to restore
 */
public record BackupContents(
        String sourceName,
        String kind,
        List<String> labels,
        Instant snapshotAt,
        Instant startedAt,
        Scope scope,
        Server server,
        SchemaDump schema,
        List<Table> tables,
        List<Sequence> sequences,
        List<LargeObject> largeObjects,
        List<Name> populatedViews,
        List<Role> roles,
        List<Finding> findings,
        @Nullable JsonNode attributes) {

    public BackupContents {
        labels = List.copyOf(labels);
        tables = List.copyOf(tables);
        sequences = List.copyOf(sequences);
        largeObjects = List.copyOf(largeObjects);
        populatedViews = List.copyOf(populatedViews);
        roles = List.copyOf(roles);
        findings = List.copyOf(findings);
    }

    /** Whether something that belongs to the scope is known to be missing. */
    public boolean partial() {
        return findings.stream().anyMatch(Finding::partial);
    }

    /** Every extent with the name of what it belongs to. */
    public Stream<Owned> extents() {
        return Stream.of(
                        schema.extents().stream().map(e -> new Owned("schema dump", e)),
                        tables.stream()
                                .flatMap(t -> t.extents().stream()
                                        .map(e -> new Owned(t.name().toString(), e))),
                        largeObjects.stream()
                                .flatMap(o -> o.extents().stream().map(e -> new Owned("large object " + o.id(), e))))
                .flatMap(all -> all);
    }

    public record Owned(String owner, Extent extent) {}

    /** A name within its schema; an engine without schemas uses "". */
    public record Name(String schema, String name) implements Comparable<Name> {
        @Override
        public int compareTo(Name other) {
            int bySchema = schema.compareTo(other.schema);
            return bySchema != 0 ? bySchema : name.compareTo(other.name);
        }

        @Override
        public String toString() {
            return schema.isEmpty() ? name : schema + "." + name;
        }
    }

    /**
     * What was to be backed up.
     *
     * @param whole everything; the lists are empty then
     * @param excludedData of these the definition is kept, the rows are not
     * @param narrowed true: only what a restore was about to write, and what that needs; a way back, and no backup of the
     *     source. Absent otherwise
     * @param withoutExtensions true: neither extensions nor what needs one. Absent otherwise
     * @param excludedExtensions names of extensions that were left out, with what needs one. Absent if there are none
     */
    public record Scope(
            boolean whole,
            List<String> included,
            List<String> excluded,
            List<String> excludedData,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Boolean narrowed,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Boolean withoutExtensions,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            List<String> excludedExtensions) {
        public static final Scope WHOLE = new Scope(true, List.of(), List.of(), List.of(), null, null, null);

        public Scope {
            included = List.copyOf(included);
            excluded = List.copyOf(excluded);
            excludedData = List.copyOf(excludedData);
            narrowed = Boolean.TRUE.equals(narrowed) ? true : null;
            withoutExtensions = Boolean.TRUE.equals(withoutExtensions) ? true : null;
            excludedExtensions =
                    excludedExtensions == null || excludedExtensions.isEmpty() ? null : List.copyOf(excludedExtensions);
        }

        /** Whether it is {@code narrowed}. */
        public boolean ofSingleTables() {
            return narrowed != null;
        }
    }

    /** Where it came from. {@code attributes}: database settings and the like, in the engine's own terms. */
    public record Server(
            String engine,
            String version,
            String database,
            String encoding,
            @Nullable String collation,
            @Nullable String ctype,
            List<Extension> extensions,
            @Nullable JsonNode attributes) {
        public Server {
            extensions = List.copyOf(extensions);
        }
    }

    public record Extension(String name, String version, String schema) {}

    /** The definition of everything, as one opaque dump in the named format. */
    public record SchemaDump(String format, long bytes, List<Extent> extents) {
        public SchemaDump {
            extents = List.copyOf(extents);
        }
    }

    public record Column(String name, String type) {}

    /**
     * A table's rows.
     *
     * @param fingerprint row count and digest, in the engine's text form
     * @param bytes of all rows, plain
     * @param sizeClass to be kept for the table's next backup
     */
    public record Table(
            Name name,
            List<Column> columns,
            long rows,
            String fingerprint,
            long bytes,
            ChunkSizeClass sizeClass,
            List<Extent> extents,
            @Nullable JsonNode attributes) {
        public Table {
            columns = List.copyOf(columns);
            extents = List.copyOf(extents);
        }
    }

    /** @param called whether {@code value} has been handed out already */
    public record Sequence(
            Name name, long value, boolean called, @Nullable JsonNode attributes) {}

    public record LargeObject(
            long id,
            long bytes,
            String fingerprint,
            List<Extent> extents,
            @Nullable JsonNode attributes) {
        public LargeObject {
            extents = List.copyOf(extents);
        }
    }

    public record Role(String name, @Nullable JsonNode attributes) {}

    /**
     * @param object what it is about
     * @param partial whether the backup lacks something because of it
     */
    public record Finding(String code, @Nullable String object, String message, boolean partial) {}
}
