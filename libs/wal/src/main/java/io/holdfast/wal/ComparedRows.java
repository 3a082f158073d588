package io.holdfast.wal;

import java.util.List;

/**
 * What a comparison of a recovered database with a backup of this database found.
 *
 * @param backup its id
 * @param lsn to which the server was recovered
 * @param tables whose rows were compared; those of unlogged tables are not in the WAL
 * @param differing names of the tables that differ, at most {@link #MOST}; empty: all rows are equal
 */
public record ComparedRows(String backup, String database, String lsn, int tables, List<String> differing) {
    public static final int MOST = 20;

    public ComparedRows {
        differing = List.copyOf(differing);
    }

    public boolean equal() {
        return differing.isEmpty();
    }
}
