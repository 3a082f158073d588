package io.holdfast.engine.postgres.inplace;

import io.holdfast.engine.model.QualifiedName;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A table in use, as far as statements that write to it depend on it.
 *
 * @param keys unique indexes whose columns are never null, the primary key first
 * @param uniques all unique and exclusion indexes
 * @param above the tables it is a partition of
 * @param below its partitions
 */
record LiveTable(
        long oid,
        QualifiedName name,
        boolean partitioned,
        List<Column> columns,
        List<Key> keys,
        long uniques,
        Set<Long> above,
        Set<Long> below) {

    /**
     * @param type as pg_dump writes it
     * @param plain the type below domains, without a length: a cast to it changes no value
     * @param equal the operator by which its values are equal; null: the type has none
     * @param given whether a row needs no value for it: nullable, or with a default
     */
    record Column(
            String name,
            String type,
            String plain,
            @Nullable String equal,
            boolean generated,
            boolean identityAlways,
            boolean given) {}

    record Key(List<Part> parts) {
        List<String> columns() {
            return parts.stream().map(Part::column).toList();
        }
    }

    record Part(String column, String equal) {}

    Optional<Column> column(String wanted) {
        return columns.stream().filter(column -> column.name.equals(wanted)).findFirst();
    }

    /** The best key among the restored columns. */
    Optional<Key> key(List<String> restored) {
        return keys.stream().filter(key -> restored.containsAll(key.columns())).findFirst();
    }

    /** As what is read from or written to: the rows of a table that others inherit from are its own only. */
    String sql() {
        return only() + name.sql();
    }

    private String only() {
        return partitioned ? "" : "ONLY ";
    }

    /** Whether both are one partition tree's, so that rows of one may be rows of the other. */
    boolean overlaps(LiveTable other) {
        return oid == other.oid || above.contains(other.oid) || below.contains(other.oid);
    }
}
