package io.holdfast.restore.domain;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.transfer.compare.ComparisonResult;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Comparison of the restored tables with the backup, bounded for REST and for the database.
 *
 * @param compared number of all compared tables
 * @param different number of tables that differ from the backup
 * @param tables at most {@link #MOST}; tables that differ come first, then by name
 */
public record TableComparisons(int compared, int different, List<Table> tables) {
    static final int MOST = 1_000;

    public TableComparisons {
        tables = List.copyOf(tables);
    }

    /**
     * One restored table.
     *
     * @param rows of the backup
     * @param fingerprint of the backup
     * @param copyRows of the restored table; null if it was compared only as a part of its partitioned table
     * @param copyFingerprint null with {@code copyRows}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Table(
            String name,
            long rows,
            String fingerprint,
            @Nullable Long copyRows,
            @Nullable String copyFingerprint,
            boolean equal) {}

    public static TableComparisons of(ComparisonResult comparison) {
        List<Table> all = comparison.tables().stream()
                .map(it -> new Table(
                        it.name(), it.rows(), it.fingerprint(), it.copyRows(), it.copyFingerprint(), it.equal()))
                .sorted(Comparator.comparing(Table::equal).thenComparing(Table::name))
                .toList();
        int different = (int) all.stream().filter(table -> !table.equal()).count();
        return new TableComparisons(all.size(), different, all.subList(0, Math.min(MOST, all.size())));
    }
}
