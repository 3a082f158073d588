package io.holdfast.restore.restorable;

import io.holdfast.eventing.config.ConfigChange;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.eventing.jobs.RecurringJob;
import io.holdfast.eventing.jobs.RecurringJobStore;
import io.holdfast.restore.targets.TargetRegistry;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.TreeSet;
import org.jboss.logging.Logger;

/**
 * Daily check whether each source's restoring role has the rights for a restore: a missing right is known before a
 * disaster. Changed sources are checked at once.
 */
@Singleton
class RestoreRoleCheckJob extends RecurringJob {
    static final String KIND = "restore-role-check";

    private static final Logger LOG = Logger.getLogger(RestoreRoleCheckJob.class);
    private static final Duration EVERY = Duration.ofDays(1);

    private final TargetRegistry targetRegistry;
    private final RestoreRoleCheck restoreRoleCheck;
    private final RestorableSources restorableSources;
    private final InstantSource clock;

    RestoreRoleCheckJob(
            RecurringJobStore jobs,
            TargetRegistry targetRegistry,
            RestoreRoleCheck restoreRoleCheck,
            RestorableSources restorableSources,
            InstantSource clock) {
        super(jobs);
        this.targetRegistry = targetRegistry;
        this.restoreRoleCheck = restoreRoleCheck;
        this.restorableSources = restorableSources;
        this.clock = clock;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    protected Duration every() {
        return EVERY;
    }

    @Override
    protected boolean atStart() {
        return true;
    }

    void checkChanged(@Observes ConfigChange change) {
        if (change.before() == null
                || !change.before().sources().equals(change.after().sources())) {
            begin();
        }
    }

    @Override
    protected void round(Lease lease) {
        Instant began = clock.instant();
        for (String source : new TreeSet<>(targetRegistry.sources())) {
            lease.ensureHeld();
            RestorableSource checked = restoreRoleCheck.of(source);
            lease.commit(session -> restorableSources.put(session, checked));
            if (!checked.restorable()) {
                LOG.warnf("source %s is not restorable: %s", source, String.join("; ", checked.problems()));
            }
        }
        lease.commit(session -> restorableSources.removeCheckedBefore(session, began));
    }
}
