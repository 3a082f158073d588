package io.holdfast.eventing.jobs;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.runtime.DatabaseOutage;
import io.holdfast.eventing.tracing.SpanAttributes;
import io.holdfast.eventing.tracing.Tracing;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.smallrye.mutiny.Uni;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** One attempt at one job: runs the handler and settles what becomes of the job. */
final class JobAttempt {
    private static final Logger LOG = Logger.getLogger(JobAttempt.class);
    private static final int END_TRIES = 5;
    private static final int LONGEST_WAIT = 60;

    /** Longer than the vault's retries of a single request take. */
    private static final Duration PAST_AN_OUTAGE = Duration.ofMinutes(10);

    private final JobHandler handler;
    private final ActiveLease lease;
    private final JobClaim claim;
    private final FencedTransactions fencedTransactions;
    private final JobTable table;
    private final JobsConfig config;
    private final OutageLog outages;
    private final Tracing tracing;
    private final long started = System.nanoTime();

    JobAttempt(
            JobHandler handler,
            ActiveLease lease,
            FencedTransactions fencedTransactions,
            JobTable table,
            JobsConfig config,
            OutageLog outages,
            Tracing tracing) {
        this.handler = handler;
        this.lease = lease;
        this.claim = lease.claim();
        this.fencedTransactions = fencedTransactions;
        this.table = table;
        this.config = config;
        this.outages = outages;
        this.tracing = tracing;
    }

    /** In a span below the one that queued the job: the attempts of a job are spans beside each other. */
    void run() {
        Span span = tracing.start("job " + claim.kind(), SpanKind.CONSUMER, claim.traceparent());
        span.setAttribute("holdfast.job.id", claim.id().toString())
                .setAttribute("holdfast.job.kind", claim.kind())
                .setAttribute("holdfast.job.subject", claim.subject())
                .setAttribute("holdfast.job.attempt", claim.attempt())
                .setAttribute("holdfast.job.epoch", claim.epoch());
        try {
            Context.root().with(span).wrap(this::attempt).run();
        } finally {
            span.end();
        }
    }

    private void attempt() {
        if (claim.cancelRequested()) {
            SpanAttributes.failed(Span.current(), FailureCode.CANCELLED);
            end(FencedTransactions.End.CANCELLED, cancelled());
        } else if (claim.attempt() > handler.maxAttempts()) {
            SpanAttributes.failed(Span.current(), FailureCode.ATTEMPTS_EXHAUSTED);
            end(
                    FencedTransactions.End.FAILED,
                    exhausted("no worker of them lived to say why; look for what killed them", null));
        } else {
            try {
                handler.run(lease);
                if (!lease.completed()) {
                    lease.complete(session -> Uni.createFrom().voidItem());
                }
                if (claim.waited() != null) {
                    outages.ended(claim);
                }
            } catch (Throwable e) { // the edge of the worker's thread
                settle(e);
            }
        }
    }

    private void settle(Throwable thrown) {
        boolean interrupted = Thread.interrupted(); // what follows must not be cut short
        lease.expire();
        record(lease.state(), thrown);
        switch (lease.state()) {
            case LOST -> LOG.warnf("%s job of %s: another worker goes on with it", claim.kind(), claim.subject());
            case RELEASED -> release();
            case CANCELLED -> end(FencedTransactions.End.CANCELLED, cancelled());
            case HELD -> failed(thrown, interrupted);
        }
    }

    private static void record(ActiveLease.State state, Throwable thrown) {
        Span span = Span.current();
        switch (state) {
            case LOST -> SpanAttributes.failed(span, FailureCode.LEASE_LOST);
            case CANCELLED -> SpanAttributes.failed(span, FailureCode.CANCELLED);
            case RELEASED -> span.addEvent("released");
            case HELD -> SpanAttributes.failed(span, thrown);
        }
    }

    private void failed(Throwable thrown, boolean interrupted) {
        if (lease.completed()) {
            LOG.warnf(thrown, "%s job of %s failed after it was done", claim.kind(), claim.subject());
        } else if (thrown instanceof HoldfastException holdfastException) {
            failed(holdfastException);
        } else if (DatabaseOutage.causes(thrown) && handler.maxAttempts() != Integer.MAX_VALUE) {
            awaitEnd(exhausted("the platform's database did not answer", thrown));
        } else {
            LOG.errorf(
                    thrown,
                    "%s job of %s failed unexpectedly in attempt %d%s",
                    claim.kind(),
                    claim.subject(),
                    claim.attempt(),
                    interrupted ? " (interrupted)" : "");
            again(true, exhausted(unexpected(thrown), thrown));
        }
    }

    /** By its class only: the message becomes public, and a foreign exception's text may hold anything. */
    private static String unexpected(Throwable thrown) {
        return "the last failed with " + thrown.getClass().getName() + "; the log of the service says why";
    }

    private void failed(HoldfastException holdfastException) {
        switch (holdfastException.code()) {
            case LEASE_LOST -> LOG.warnf("%s", holdfastException.getMessage());
            // a CANCELLED that nobody asked for is one among them: somebody ended a statement on a server
            default -> {
                if (handler.awaitsEnd(holdfastException)) {
                    awaitEnd(holdfastException);
                } else {
                    again(handler.retryable(holdfastException), holdfastException);
                }
            }
        }
    }

    /** Puts the job back until the outage has ended, or fails it once {@code retry-for} has passed. */
    private void awaitEnd(HoldfastException outage) {
        boolean another = Duration.ofNanos(System.nanoTime() - started).compareTo(PAST_AN_OUTAGE) > 0;
        Duration waited = claim.waited() == null || another ? Duration.ZERO : claim.waited();
        Duration limit = config.retryFor();
        if (waited.compareTo(limit) >= 0) {
            end(FencedTransactions.End.FAILED, outage);
            return;
        }
        Duration delay = afterWaiting(waited, limit, config.retryAfter());
        outages.awaits(claim, outage, delay, limit);
        try {
            fencedTransactions.run(
                    claim,
                    null,
                    session -> handler.waiting(lease, outage, delay, session)
                            .chain(() -> FencedTransactions.awaitEnd(session, claim, delay, another)));
        } catch (RuntimeException e) { // the database itself is away: the next claim goes on
            LOG.warnf("the job waits for its lease to end, then: %s", e.getMessage());
        }
    }

    /** Doubles the wait by waiting as long as the outage has lasted, within bounds; the last attempt is at the limit. */
    static Duration afterWaiting(Duration waited, Duration limit, Duration unit) {
        Duration longest = unit.multipliedBy(LONGEST_WAIT);
        Duration wait = waited.compareTo(unit) < 0 ? unit : waited.compareTo(longest) > 0 ? longest : waited;
        Duration left = limit.minus(waited);
        return wait.compareTo(left) > 0 ? left : wait;
    }

    private void again(boolean mayHelp, HoldfastException holdfastException) {
        if (!mayHelp || claim.attempt() >= handler.maxAttempts()) {
            end(FencedTransactions.End.FAILED, holdfastException);
            return;
        }
        Duration backoff = handler.backoff(claim.attempt(), config.retryAfter());
        LOG.infof(
                "%s job of %s is tried again in %s: %s",
                claim.kind(), claim.subject(), backoff, holdfastException.getMessage());
        try {
            table.retry(claim.id(), claim.epoch(), backoff);
        } catch (SQLException e) {
            LOG.warnf("the job waits for its lease to end, then: %s", e.getMessage());
        }
    }

    void release() {
        try {
            if (table.release(claim.id(), claim.epoch())) {
                LOG.infof("%s job of %s is given back, for another worker", claim.kind(), claim.subject());
            }
        } catch (SQLException e) {
            LOG.warnf("the job waits for its lease to end, because it cannot be given back: %s", e.getMessage());
        }
    }

    /** Tells the handler in the transaction in which the job ends. If that never commits, the next claim tells it. */
    private void end(FencedTransactions.End end, HoldfastException holdfastException) {
        for (int tries = 1; tries <= END_TRIES; tries++) {
            try {
                handler.beforeEnding(lease);
                fencedTransactions.run(claim, end, session -> handler.failed(lease, holdfastException, session));
                LOG.infof(
                        "%s job of %s ended %s: %s",
                        claim.kind(), claim.subject(), end, holdfastException.getMessage());
                return;
            } catch (HoldfastException e) {
                if (e.code() == FailureCode.LEASE_LOST) {
                    LOG.warnf("%s", e.getMessage());
                    return;
                }
                LOG.errorf(e, "%s job of %s cannot be ended", claim.kind(), claim.subject());
            } catch (RuntimeException e) { // database gone, or a defect of the handler: both may be over in a moment
                LOG.errorf(e, "%s job of %s cannot be ended", claim.kind(), claim.subject());
            }
            try {
                TimeUnit.SECONDS.sleep(1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static HoldfastException cancelled() {
        return HoldfastException.of(FailureCode.CANCELLED, "cancelled on request");
    }

    private HoldfastException exhausted(String why, @org.jspecify.annotations.Nullable Throwable cause) {
        String message = "given up after " + handler.maxAttempts() + " attempts: " + why;
        return cause == null
                ? HoldfastException.of(FailureCode.ATTEMPTS_EXHAUSTED, message)
                : HoldfastException.of(FailureCode.ATTEMPTS_EXHAUSTED, message, cause);
    }
}
