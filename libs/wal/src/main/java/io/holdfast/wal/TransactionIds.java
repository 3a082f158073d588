package io.holdfast.wal;

/**
 * The range of ids of the transactions that ended in a segment. Ids have 32 bits and begin again after the last one, so
 * they are compared by their distance.
 *
 * @param lowest of the ended transactions
 * @param highest of the ended transactions
 */
public record TransactionIds(long lowest, long highest) {
    static final long MASK = 0xFFFF_FFFFL;

    boolean contains(long id) {
        return ((id - lowest) & MASK) <= ((highest - lowest) & MASK);
    }

    TransactionIds with(long id) {
        if (contains(id)) {
            return this;
        }
        return (int) (id - lowest) < 0 ? new TransactionIds(id, highest) : new TransactionIds(lowest, id);
    }
}
