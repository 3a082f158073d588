package io.holdfast.transfer.compare;

import io.holdfast.contracts.FailureReason;
import java.util.List;

/**
 * A restored database beside the backup it came from.
 *
 * @param tables every table of the backup
 * @param differences empty: they are equal in schema, sequences, populated views and every row that was loaded; which in a
 *     rescue may not be all
 * @param rows compared
 * @param bytes compared, as text
 */
public record ComparisonResult(List<Table> tables, List<FailureReason> differences, long rows, long bytes) {
    public ComparisonResult {
        tables = List.copyOf(tables);
        differences = List.copyOf(differences);
    }

    public boolean equal() {
        return differences.isEmpty();
    }

    /** @param fingerprint of the backup; the copy's is the same if they are equal */
    public record Table(String name, long rows, String fingerprint, boolean equal) {}
}
