package io.holdfast.transfer.compare;

import io.holdfast.contracts.FailureReason;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

    /**
     * One table of the backup and the restored table.
     *
     * @param fingerprint of the backup
     * @param copyRows rows of the restored table; null if the restore left the rows out, or if the rows were compared as
     *     those of the partitioned table that the table belongs to
     * @param copyFingerprint null with {@code copyRows}
     */
    public record Table(
            String name,
            long rows,
            String fingerprint,
            @Nullable Long copyRows,
            @Nullable String copyFingerprint,
            boolean equal) {}
}
