package io.holdfast.engine.inplace;

import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.model.QualifiedName;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What putting rows back into a live database will touch.
 *
 * @param tables those that are written
 * @param references every foreign key between those and any table: the closure
 * @param needed what a backup has to hold so that these can be put back from it: themselves, what they refer to, directly or
 *     not, and the trees that any of them is in
 * @param notes what people should know and what does not stand against it
 * @param problems everything that stands against it; empty: it can be done
 */
public record InPlacePlan(
        InPlaceSelection selection,
        List<Table> tables,
        List<Reference> references,
        List<QualifiedName> needed,
        List<String> notes,
        List<FailureReason> problems) {
    public InPlacePlan {
        tables = List.copyOf(tables);
        references = List.copyOf(references);
        needed = List.copyOf(needed);
        notes = List.copyOf(notes);
        problems = List.copyOf(problems);
    }

    /**
     * A live table that is written.
     *
     * @param parts the tables of the backup that its rows come from: itself, or the leaves of its tree
     * @param columns that are restored
     * @param key by which rows are recognised; empty: by all their columns
     * @param rows which rows; empty: all
     */
    public record Table(
            QualifiedName name,
            List<QualifiedName> parts,
            List<String> columns,
            List<String> key,
            List<Map<String, String>> rows) {
        public Table {
            parts = List.copyOf(parts);
            columns = List.copyOf(columns);
            key = List.copyOf(key);
            rows = List.copyOf(rows);
        }
    }

    /** A foreign key of {@code table} to {@code refersTo}, seen from what is written. */
    public record Reference(String constraint, QualifiedName table, QualifiedName refersTo, Kind kind) {}

    public enum Kind {
        /** between tables that are written, or of one to itself */
        WITHIN,
        /** to a table that is not written: missing rows of it are taken along, or named */
        TO_PARENT,
        /** from a table that is not written: what it refers to may not vanish */
        FROM_CHILD
    }

    public boolean possible() {
        return problems.isEmpty();
    }

    /** Fails with the first problem's code and every problem's message. */
    public void refuseIfImpossible() {
        refuse(problems);
    }

    /** Fails with the first one's code and everyone's message, if there is any. */
    public static void refuse(List<FailureReason> reasons) {
        if (!reasons.isEmpty()) {
            FailureReason first = reasons.getFirst();
            String all = reasons.stream().map(FailureReason::message).collect(Collectors.joining("\n"));
            throw new HoldfastException(new FailureReason(first.code(), all, first.object()), null);
        }
    }
}
