package io.holdfast.eventing.jobs;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** A lease and the thread that works under it. */
final class ActiveLease implements Lease {

    /** What became of it; only ever leaves HELD. */
    enum State {
        HELD,
        LOST,
        CANCELLED,
        RELEASED
    }

    private final JobClaim claim;
    private final FencedTransactions fencedTransactions;
    private final Duration length;
    private State state = State.HELD;
    private @Nullable Thread worker;
    private volatile long expiresNanos;
    private volatile boolean completed;
    private volatile boolean givingUp;

    /** @param claimedNanos {@link System#nanoTime} before the claim, so that our idea of the end is never late */
    ActiveLease(JobClaim claim, FencedTransactions fencedTransactions, Duration length, long claimedNanos) {
        this.claim = claim;
        this.fencedTransactions = fencedTransactions;
        this.length = length;
        this.expiresNanos = claimedNanos + length.toNanos();
        this.worker = Thread.currentThread();
    }

    @Override
    public UUID jobId() {
        return claim.id();
    }

    @Override
    public String subject() {
        return claim.subject();
    }

    @Override
    public long epoch() {
        return claim.epoch();
    }

    @Override
    public int attempt() {
        return claim.attempt();
    }

    @Override
    public void ensureHeld() {
        expire();
        switch (state()) {
            case HELD -> {}
            case CANCELLED ->
                throw HoldfastException.about(
                        claim.subject(), FailureCode.CANCELLED, "the job was cancelled on request");
            case LOST, RELEASED -> throw FencedTransactions.lost(claim);
        }
    }

    @Override
    public <T> T commit(Function<Mutiny.Session, Uni<T>> work) {
        ensureHeld();
        return fencedTransactions.run(claim, null, work);
    }

    @Override
    public <T> T complete(Function<Mutiny.Session, Uni<T>> work) {
        return giveUp(() -> fencedTransactions.run(claim, FencedTransactions.End.DONE, work));
    }

    @Override
    public <T> T postpone(Duration delay, Function<Mutiny.Session, Uni<T>> work) {
        return giveUp(() -> fencedTransactions.run(
                claim,
                null,
                session -> work.apply(session).call(() -> FencedTransactions.postpone(session, claim, delay))));
    }

    private <T> T giveUp(Supplier<T> transaction) {
        ensureHeld();
        givingUp = true;
        try {
            T result = transaction.get();
            completed = true;
            return result;
        } finally {
            givingUp = false;
        }
    }

    /** Whether it was given up by {@link #complete} or {@link #postpone}. */
    boolean completed() {
        return completed;
    }

    /** Whether it may be given up by now, because that is being committed. */
    boolean isGivingUp() {
        return givingUp;
    }

    JobClaim claim() {
        return claim;
    }

    synchronized State state() {
        return state;
    }

    void renewed(long sinceNanos) {
        expiresNanos = sinceNanos + length.toNanos();
    }

    /** By our own clock, which a paused process may trust: true if this call found it lost. */
    boolean expire() {
        return System.nanoTime() - expiresNanos >= 0 && leave(State.LOST);
    }

    /** @return false if it was left before */
    synchronized boolean leave(State to) {
        if (state != State.HELD) {
            return false;
        }
        state = to;
        if (worker != null && !worker.equals(Thread.currentThread())) {
            worker.interrupt();
        }
        return true;
    }

    /** The thread does something else from now on, and is not to be interrupted for this job's sake. */
    synchronized void detach() {
        worker = null;
        boolean unused = Thread.interrupted();
    }
}
