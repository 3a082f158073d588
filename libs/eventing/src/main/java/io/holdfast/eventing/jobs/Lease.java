package io.holdfast.eventing.jobs;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * The right to work on one job, until it is lost. Whoever holds the highest epoch holds the job; nothing that an older
 * epoch writes through its lease is ever committed. It fences the database only: other stores need means of their own.
 */
public interface Lease {
    UUID jobId();

    /** What the job is about, such as a backup's id. */
    String subject();

    /** Rises by one with each claim. */
    long epoch();

    /** 1 for the first. */
    int attempt();

    /**
     * Cheap; ask often.
     *
     * @throws io.holdfast.contracts.HoldfastException LEASE_LOST or CANCELLED
     */
    void ensureHeld();

    /**
     * A transaction that commits only if the lease is still held. From a blocking thread; not interruptible, so that its
     * outcome is always known.
     *
     * @throws io.holdfast.contracts.HoldfastException LEASE_LOST, nothing was written then; or what the work failed with
     */
    <T> T commit(Function<Mutiny.Session, Uni<T>> work);

    /** The same, and the job is done, in one transaction. */
    <T> T complete(Function<Mutiny.Session, Uni<T>> work);

    /**
     * The same, and the job waits again, in one transaction: some worker takes it up once the delay has passed. This
     * attempt does not count. The handler returns after it.
     */
    <T> T postpone(Duration delay, Function<Mutiny.Session, Uni<T>> work);
}
