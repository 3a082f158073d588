package io.holdfast.transfer.load;

import io.holdfast.vault.format.BackupContents;
import java.util.List;

/**
 * In how many streams each table is loaded: as many jobs as it is their share of the work, so that none is idle while the largest
 * is loaded. A little more than one is one: whoever has nothing to load makes indexes. A server takes about as long for a row as
 * for 64 more bytes of it.
 */
record LoadParallelism(double work, int jobs) {
    private static final long ROW = 64;

    /** Less is loaded before another connection is worth it. */
    private static final long LARGE = 64L << 20;

    static LoadParallelism of(List<BackupContents.Table> tables, int jobs) {
        return new LoadParallelism(
                tables.stream().mapToDouble(LoadParallelism::work).sum(), jobs);
    }

    int of(BackupContents.Table table) {
        return table.bytes() < LARGE ? 1 : (int) Math.max(1, Math.round(jobs * work(table) / work));
    }

    private static double work(BackupContents.Table table) {
        return table.bytes() + (double) ROW * table.rows();
    }
}
