package io.holdfast.wal;

import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.postgres.RecoveredServer;
import java.time.Instant;

/** A backup of a database that has exactly the rows of one position in the WAL of its server. */
public interface RowComparison {
    /** The backup's id. */
    String backup();

    /** When the snapshot was taken, by the server's clock: no transaction before the position committed later. */
    Instant at();

    Lsn position();

    /** The position is on this timeline. */
    int timeline();

    /**
     * Compares the rows of each table. May be repeated.
     *
     * @param server recovered to the position, without the record that begins there
     * @throws HoldfastException if it could not be compared; a difference is no failure but in the result
     */
    ComparedRows compare(RecoveredServer server);
}
