package io.holdfast.eventing.jobs;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.config.ConfigChange;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Work that comes round again and again: one leased job for all replicas, which waits again after each round. A round that
 * failed is logged and comes again, sooner; nothing but a cancellation ends it, and the next start begins it anew.
 */
public abstract class RecurringJob implements JobHandler {
    private static final Logger LOG = Logger.getLogger(RecurringJob.class);
    private static final Duration AFTER_FAILURE = Duration.ofMinutes(10);

    private final RecurringJobStore jobs;
    private volatile Duration planned = Duration.ZERO;

    protected RecurringJob(RecurringJobStore jobs) {
        this.jobs = jobs;
    }

    /** One round. May be done twice, and may die anywhere. */
    protected abstract void round(Lease lease);

    /** From the end of a round to the begin of the next. */
    protected abstract Duration every();

    /** Whether a start of the service begins a round at once. */
    protected abstract boolean atStart();

    void start(@Observes StartupEvent ignored) {
        planned = every();
        if (atStart()) {
            jobs.due(kind());
        } else {
            jobs.known(kind(), every());
        }
    }

    /** An interval that the configuration shortened counts from its change. */
    void reload(@Observes ConfigChange ignored) {
        Duration now = every();
        if (!now.equals(planned)) {
            planned = now;
            jobs.known(kind(), now);
        }
    }

    /** Begins a round at once, unless one runs. */
    protected final void begin() {
        jobs.due(kind());
    }

    @Override
    public void run(Lease lease) {
        Duration pause = every();
        try {
            round(lease);
        } catch (HoldfastException holdfastException) {
            if (holdfastException.code() == FailureCode.LEASE_LOST
                    || holdfastException.code() == FailureCode.CANCELLED) {
                throw holdfastException;
            }
            LOG.warnf("%s: %s [%s]", kind(), holdfastException.getMessage(), holdfastException.code());
            pause = pause.compareTo(AFTER_FAILURE) < 0 ? pause : AFTER_FAILURE;
        }
        lease.postpone(pause, session -> Uni.createFrom().voidItem());
    }

    @Override
    public int maxAttempts() {
        return Integer.MAX_VALUE;
    }

    @Override
    public Uni<Void> failed(Lease lease, HoldfastException holdfastException, Mutiny.Session session) {
        return Uni.createFrom().voidItem();
    }
}
