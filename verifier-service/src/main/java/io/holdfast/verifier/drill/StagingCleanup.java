package io.holdfast.verifier.drill;

import io.holdfast.contracts.HoldfastException;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.eventing.jobs.RecurringJob;
import io.holdfast.eventing.jobs.RecurringJobStore;
import io.holdfast.verifier.scratch.StagingRestore;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Drops what drills of kind staging that have ended left on the servers of staging databases: copies with unmasked rows.
 * A server that cannot be reached is tried again in the next round.
 */
@Singleton
class StagingCleanup extends RecurringJob {
    private static final Logger LOG = Logger.getLogger(StagingCleanup.class);

    private final Drills drills;
    private final StagingRestore stagingRestore;
    private final LiveConfig live;
    private final Duration every;

    StagingCleanup(
            RecurringJobStore jobs,
            Drills drills,
            StagingRestore stagingRestore,
            LiveConfig live,
            @ConfigProperty(name = "holdfast.drills.staging-cleanup-tick", defaultValue = "10m") Duration every) {
        super(jobs);
        this.drills = drills;
        this.stagingRestore = stagingRestore;
        this.live = live;
        this.every = every;
    }

    @Override
    public String kind() {
        return "drill-staging-cleanup";
    }

    @Override
    protected Duration every() {
        return every;
    }

    @Override
    protected boolean atStart() {
        return true;
    }

    @Override
    protected void round(Lease lease) {
        live.current().sources().forEach((name, source) -> {
            if (source.drill().staging().isPresent()) {
                lease.ensureHeld();
                clean(name, lease);
            }
        });
    }

    private void clean(String drilled, Lease lease) {
        try {
            stagingRestore.dropLeftovers(
                    StagingTarget.of(live.current(), drilled).connector(),
                    ids -> lease.commit(session -> drills.ended(session, ids)));
        } catch (HoldfastException holdfastException) {
            LOG.infof(
                    "source %s: what drills may have left on the server of its staging database is looked for later: %s",
                    drilled, holdfastException.reason().message());
        }
    }
}
