package io.holdfast.eventing.jobs;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.runtime.TransactionRunner;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Transactions that only the holder of a job can commit: they begin by locking its row under the holder's epoch. A new
 * claim waits for nobody, it skips locked rows; so whoever has the lock is the holder until the end of the transaction.
 */
@ApplicationScoped
class FencedTransactions {
    private static final int ATTEMPTS = 5;

    /** By then the lease is over, or the server has ended a transaction that nobody went on with. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TransactionRunner transactionRunner;
    private final JobsConfig config;
    private final Duration patience;

    @Inject
    FencedTransactions(TransactionRunner transactionRunner, JobsConfig config) {
        this(transactionRunner, config, PATIENCE);
    }

    /** @param patience beyond the lease, for the outcome of a transaction */
    FencedTransactions(TransactionRunner transactionRunner, JobsConfig config, Duration patience) {
        this.transactionRunner = transactionRunner;
        this.config = config;
        this.patience = patience;
    }

    /** How a job ends. */
    enum End {
        DONE,
        FAILED,
        CANCELLED
    }

    /**
     * Runs work and, if said, ends the job with it. Blocks, deaf to interrupts, so that the outcome is known; but not for
     * ever, because a server that lost its power never says it.
     *
     * @throws IllegalStateException the outcome is unknown: it may have been committed, or be so yet
     */
    <T> T run(JobClaim claim, @Nullable End end, Function<Mutiny.Session, Uni<T>> work) {
        Uni<T> fenced = transactionRunner.run(session -> lock(session, claim)
                .chain(() -> work.apply(session))
                .call(() -> end == null ? Uni.createFrom().voidItem() : end(session, claim, end)));
        try {
            return fenced.onFailure(FencedTransactions::unconnected)
                    .retry()
                    .withBackOff(Duration.ofMillis(50), Duration.ofSeconds(1))
                    .atMost(ATTEMPTS)
                    .subscribeAsCompletionStage()
                    .orTimeout(config.lease().plus(patience).toMillis(), TimeUnit.MILLISECONDS)
                    .join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof TimeoutException) {
                throw new IllegalStateException(
                        "the outcome of a transaction of the " + claim.kind() + " job of " + claim.subject()
                                + " is unknown: the database does not answer",
                        e);
            }
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private Uni<Void> lock(Mutiny.Session session, JobClaim claim) {
        // A process that is paused in here would keep the row locked, and the job from everybody: the server ends it.
        return session.createNativeQuery("""
                        select set_config('idle_in_transaction_session_timeout', ?1, true) from job
                        where id = cast(?2 as uuid) and epoch = ?3 and state = 'RUNNING'
                        and lease_until > clock_timestamp() for update""", String.class)
                .setParameter(1, Long.toString(config.lease().toMillis()))
                .setParameter(2, claim.id().toString())
                .setParameter(3, claim.epoch())
                .getResultList()
                .map(rows -> {
                    if (rows.isEmpty()) {
                        throw lost(claim);
                    }
                    return null;
                });
    }

    private static Uni<Void> end(Mutiny.Session session, JobClaim claim, End end) {
        return session.createNativeQuery("""
                        update job set state = ?1, ended_at = clock_timestamp(), lease_until = null, owner = null
                        where id = cast(?2 as uuid)""")
                .setParameter(1, end.name())
                .setParameter(2, claim.id().toString())
                .executeUpdate()
                .replaceWithVoid();
    }

    /** Within {@link #run}. */
    static Uni<Void> postpone(Mutiny.Session session, JobClaim claim, Duration delay) {
        return waitAgain(session, claim, delay, "null");
    }

    /**
     * The same, because of an outage; keeps when the job first met it.
     *
     * @param another whether the job got past the outage that it awaited before, and met another one
     */
    static Uni<Void> awaitEnd(Mutiny.Session session, JobClaim claim, Duration delay, boolean another) {
        return waitAgain(
                session, claim, delay, another ? "clock_timestamp()" : "coalesce(outage_since, clock_timestamp())");
    }

    private static Uni<Void> waitAgain(Mutiny.Session session, JobClaim claim, Duration delay, String outageSince) {
        return session.createNativeQuery("""
                        update job set state = 'WAITING', attempts = attempts - 1, lease_until = null, owner = null,
                        outage_since = %s, run_after = clock_timestamp() + ?1 * interval '1 millisecond'
                        where id = cast(?2 as uuid)""".formatted(outageSince))
                .setParameter(1, (double) delay.toMillis())
                .setParameter(2, claim.id().toString())
                .executeUpdate()
                .replaceWithVoid();
    }

    static HoldfastException lost(JobClaim claim) {
        return HoldfastException.about(
                claim.id().toString(),
                FailureCode.LEASE_LOST,
                "the lease on the " + claim.kind() + " job of " + claim.subject()
                        + " is lost; another worker goes on with it");
    }

    /** Nothing can have been committed. */
    private static boolean unconnected(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof ConnectException) {
                return true;
            }
        }
        return false;
    }
}
