package io.holdfast.engine;

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
 */
public record TableShape(
        QualifiedName name,
        List<String> columns,
        Kind kind,
        @Nullable QualifiedName root,
        List<QualifiedName> parts,
        boolean dataIncluded,
        long estimatedRows,
        long estimatedBytes) {

    public enum Kind {
        /** an ordinary table */
        TABLE,
        /** an unlogged table: it is read like any other, but a crash of the server empties it */
        UNLOGGED,
        /** a leaf of a partition tree, read, loaded and compared by itself */
        PARTITION,
        /** a partition tree whose rows may belong to other leaves in another database: loaded and compared at the root */
        TREE
    }

    public TableShape {
        columns = List.copyOf(columns);
        parts = List.copyOf(parts);
    }
}
