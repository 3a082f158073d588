package io.holdfast.wal;

import io.holdfast.contracts.HoldfastException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Where recovery ends. */
public sealed interface RecoveryTarget {
    /** Smaller ids are PostgreSQL's own. */
    long FIRST_NORMAL = 3;

    /**
     * Finds what a plan needs to know of the target: where a transaction committed.
     *
     * @param pinned timeline of the target; null: any
     * @throws HoldfastException POINT_NOT_REACHED if a transaction did not commit in the archived WAL
     */
    default RecoveryTarget located(WalArchive archive, WalIndex index, @Nullable Integer pinned) {
        return this instanceof Transaction transaction && transaction.end() == null
                ? TransactionEnd.locate(archive, index, transaction, pinned)
                : this;
    }

    /** Every transaction that committed at this instant or before, by the server's clock; in microseconds. */
    record Time(Instant instant) implements RecoveryTarget {
        @Override
        public String toString() {
            return instant.toString();
        }
    }

    /**
     * Everything up to the record at this position.
     *
     * @param inclusive whether with this record, or else with the one that begins next
     */
    record Position(Lsn lsn, boolean inclusive) implements RecoveryTarget {
        /** With the record. */
        public Position(Lsn lsn) {
            this(lsn, true);
        }

        @Override
        public String toString() {
            return "LSN " + lsn;
        }
    }

    /**
     * Everything up to the commit of this transaction, with it.
     *
     * @param id the 32 bits that the WAL has of it
     * @param end where it committed; null until {@link TransactionEnd#locate} found it
     */
    record Transaction(long id, @Nullable TransactionEnd end) implements RecoveryTarget {
        public Transaction {
            if (id < FIRST_NORMAL || id > TransactionIds.MASK) {
                throw new IllegalArgumentException(id + " is no id of a transaction");
            }
        }

        /**
         * Returns the target for an id as {@code pg_current_xact_id()} shows it. Its upper 32 bits, which the WAL does not
         * have, are ignored.
         *
         * @throws IllegalArgumentException if this is no id of an ordinary transaction
         */
        public static Transaction of(long id) {
            return new Transaction(id < 0 ? id : id & TransactionIds.MASK, null);
        }

        @Override
        public String toString() {
            return "transaction " + id + (end == null ? "" : " (committed at " + end.at() + ")");
        }
    }
}
