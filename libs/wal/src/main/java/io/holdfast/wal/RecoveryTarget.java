package io.holdfast.wal;

import java.time.Instant;

/** Where recovery ends. */
public sealed interface RecoveryTarget {
    /** Every transaction that committed at this instant or before, by the server's clock; in microseconds. */
    record Time(Instant instant) implements RecoveryTarget {
        @Override
        public String toString() {
            return instant.toString();
        }
    }

    /** Everything up to the record at this position, with it. */
    record Position(Lsn lsn) implements RecoveryTarget {
        @Override
        public String toString() {
            return "LSN " + lsn;
        }
    }

    /**
     * Everything up to the commit of this transaction, with it.
     *
     * @param id the 32 bits that the WAL has of it
     */
    record Transaction(long id) implements RecoveryTarget {
        @Override
        public String toString() {
            return "transaction " + id;
        }
    }
}
