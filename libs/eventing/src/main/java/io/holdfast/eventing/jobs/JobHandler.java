package io.holdfast.eventing.jobs;

import io.holdfast.contracts.HoldfastException;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import org.hibernate.reactive.mutiny.Mutiny;

/** Works on the jobs of one kind. A CDI bean. */
public interface JobHandler {
    String kind();

    /** How many jobs of this kind one process works on at a time. */
    default int concurrency() {
        return 1;
    }

    /** Jobs of this kind that run at a time in all replicas together; 0: no limit but {@link #concurrency} of each. */
    default int totalLimit() {
        return 0;
    }

    /** Jobs of this kind and one {@link JobSpec#group} that run at a time in all replicas together; 0: no limit. */
    default int groupLimit() {
        return 0;
    }

    default int maxAttempts() {
        return 3;
    }

    /**
     * Does the work, on a thread of its own that may block. Ends by {@link Lease#complete}; a normal return without it
     * ends the job too. The thread is interrupted when the lease is lost, the job is cancelled or the process stops;
     * {@link Lease#ensureHeld} says which.
     *
     * @throws HoldfastException the job fails, unless {@link #retryable}
     * @throws Exception anything else: tried again until {@link #maxAttempts}
     */
    void run(Lease lease) throws Exception;

    /**
     * The job is about to end without success: the last chance to look, on a thread that may block, whether it succeeded
     * all the same, such as in an attempt that died before it could say so. Comes before each {@link #failed}, also of a
     * job that never ran. What it throws is logged, and the end tried again.
     */
    default void beforeEnding(Lease lease) {}

    /**
     * The job is over without success: CANCELLED, ATTEMPTS_EXHAUSTED, or the failure of {@link #run}. Writes state and
     * event in the fenced transaction in which the job ends. May be tried again until that commits.
     */
    Uni<Void> failed(Lease lease, HoldfastException holdfastException, Mutiny.Session session);

    /** Whether another attempt may help. */
    default boolean retryable(HoldfastException holdfastException) {
        return false;
    }

    /**
     * Returns whether a failure is an outage of a part of the platform, such as the vault, whose end the job awaits: it is
     * tried again for {@code platform.retry-for} since it first met the outage, and these attempts do not count.
     */
    default boolean awaitsEnd(HoldfastException outage) {
        return false;
    }

    /**
     * Records that the job waits and why, in the fenced transaction that puts the job back.
     *
     * @param delay until the next attempt
     */
    default Uni<Void> waiting(Lease lease, HoldfastException outage, Duration delay, Mutiny.Session session) {
        return Uni.createFrom().voidItem();
    }

    /**
     * How long to wait after the given attempt failed.
     *
     * @param unit what such waits are multiples of, a second unless configured; a handler may have waits of its own
     */
    default Duration backoff(int attempt, Duration unit) {
        return unit.multipliedBy(Math.min(60, 1L << Math.min(attempt, 6)));
    }
}
