package io.holdfast.engine.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table whose rows a backup holds.
 *
 * @param columns in the order of the lines; generated columns are not among them. Empty: the table is counted instead
 * @param kind how its rows are read, loaded and compared
 * @param root the top of the partition tree this is a leaf of, else null
 * @param parts for {@link Kind#TREE}: the leaves it is read from. Otherwise empty
 * @param dataIncluded false if the scope leaves its rows out
 * @param estimatedRows the planner's estimate; 0 if it has none
 * @param estimatedBytes size on disk with TOAST
 * @param condition for {@link Kind#EXTENSION}: which rows are the user's, as {@code WHERE …}; null or empty: all
 */
public record TableDescriptor(
        QualifiedName name,
        List<String> columns,
        Kind kind,
        @Nullable QualifiedName root,
        List<QualifiedName> parts,
        boolean dataIncluded,
        long estimatedRows,
        long estimatedBytes,
        @Nullable String condition) {

    public enum Kind {
        /** an ordinary table */
        TABLE,
        /** an unlogged table: it is read like any other, but a crash of the server empties it */
        UNLOGGED,
        /** a leaf of a partition tree, read, loaded and compared by itself */
        PARTITION,
        /** a partition tree whose rows may belong to other leaves in another database: loaded and compared at the root */
        TREE,
        /** an extension's configuration table: of it only those rows that its condition selects */
        EXTENSION,
        /** the pages of all large objects, as rows */
        LARGE_OBJECTS,
        /** size, owner, grants and comment of each large object, as rows */
        LARGE_OBJECT_METADATA
    }

    /** The same table, read in another order of columns. */
    public TableDescriptor withColumns(List<String> value) {
        return new TableDescriptor(
                name, value, kind, root, parts, dataIncluded, estimatedRows, estimatedBytes, condition);
    }

    /** Whether it is a table that its owner made, and not part of something else. */
    public boolean ordinary() {
        return kind == Kind.TABLE || kind == Kind.UNLOGGED || kind == Kind.PARTITION || kind == Kind.TREE;
    }

    public TableDescriptor {
        columns = List.copyOf(columns);
        parts = List.copyOf(parts);
    }
}
