package io.holdfast.engine.increment;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * What a snapshot notes about its server, so that a later snapshot can tell which blocks have changed since. A backup
 * keeps it in its manifest. Positions are bytes of WAL, transactions are 64-bit ids with the epoch.
 *
 * @param format of this record and of the rows' text; marks of another format are not used
 * @param server the database, the server's history, its version and its last start; any other value: everything may have
 *     changed
 * @param definitions digest of all definitions but those of tables, and of the scope
 * @param oldestTransaction the snapshot sees the outcome of every transaction with a smaller id
 * @param preparedTransactions of the database, when the snapshot was taken
 * @param checkpoint where the first WAL summary after the snapshot ends: the server's WAL has a boundary there
 * @param horizons newest first
 * @param tables by quoted name; only tables whose rows change with their blocks and in no other way
 */
public record ChangeMark(
        int format,
        String server,
        String definitions,
        long oldestTransaction,
        int preparedTransactions,
        long checkpoint,
        List<Horizon> horizons,
        Map<String, TableFile> tables) {
    public static final int FORMAT = 1;

    public ChangeMark {
        horizons = List.copyOf(horizons);
        tables = Map.copyOf(tables);
    }

    /**
     * The WAL position was read before the transaction id was assigned. So every transaction with this id or a greater
     * one that had no id at the position has written all of its WAL after it, and all that had one have a smaller id.
     */
    public record Horizon(long position, long transaction) {
        /** Whether both the position and the transaction are above those of all others, as in one history of a server. */
        public boolean isAfterAll(Collection<Horizon> others) {
            return others.stream().allMatch(other -> position > other.position && transaction > other.transaction);
        }
    }

    /**
     * The file that holds a table's rows.
     *
     * @param definition digest of the table's definition, and of everything else that its rows' text depends on
     */
    public record TableFile(long oid, long file, long tablespace, String definition) {}
}
