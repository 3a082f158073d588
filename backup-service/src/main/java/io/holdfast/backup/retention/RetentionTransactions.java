package io.holdfast.backup.retention;

import io.smallrye.mutiny.Uni;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

/** Transactions of a run: those of a job's lease, or plain ones. */
interface RetentionTransactions {
    /**
     * Runs work in a transaction. Blocks.
     *
     * @throws io.holdfast.contracts.HoldfastException LEASE_LOST or CANCELLED: nothing was written, and the run must stop
     */
    <T> T commit(Function<Mutiny.Session, Uni<T>> work);
}
