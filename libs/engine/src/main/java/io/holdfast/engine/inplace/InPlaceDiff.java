package io.holdfast.engine.inplace;

import io.holdfast.contracts.FailureReason;
import io.holdfast.engine.model.QualifiedName;
import java.util.List;
import java.util.Map;

/**
 * How live tables differ from what is selected of a backup.
 *
 * @param obstacles what {@link InPlaceStage#apply} would refuse: parents that are missing, children that would be left alone
 */
public record InPlaceDiff(List<Table> tables, List<FailureReason> obstacles) {
    public InPlaceDiff {
        tables = List.copyOf(tables);
        obstacles = List.copyOf(obstacles);
    }

    /**
     * @param selected rows of the backup that are looked at
     * @param along rows of the backup that only come along because others refer to them; among the missing ones
     * @param missing not in the live table
     * @param changed there under the same key with other values
     * @param extra within the selection in the live table and not in the backup
     */
    public record Table(QualifiedName name, long selected, long along, Rows missing, Rows changed, Rows extra) {}

    /**
     * @param count of all
     * @param samples keys of some of them, column → value; empty where rows have no key
     */
    public record Rows(long count, List<Map<String, String>> samples) {
        public Rows {
            samples = List.copyOf(samples);
        }
    }
}
