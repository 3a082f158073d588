package io.holdfast.restore.saga;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.RestoreId;
import io.holdfast.engine.Target;
import io.holdfast.eventing.jobs.JobHandler;
import io.holdfast.eventing.jobs.Lease;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/** Drops the databases that a finished restore's attempts have left beside. What was handed over has another name. */
@ApplicationScoped
class LeftoverWorker implements JobHandler {
    static final String JOB_KIND = "restore-leftovers";

    private static final Logger LOG = Logger.getLogger(LeftoverWorker.class);
    private static final int ATTEMPTS = 20;
    private static final String PREFIX = "leftovers-of-";

    private final Restores restores;
    private final Targets targets;

    LeftoverWorker(Restores restores, Targets targets) {
        this.restores = restores;
        this.targets = targets;
    }

    /** Its own, so that who cancels the restore does not cancel the cleaning up after it. */
    static String subjectOf(RestoreId id) {
        return PREFIX + id;
    }

    @Override
    public String kind() {
        return JOB_KIND;
    }

    @Override
    public int maxAttempts() {
        return ATTEMPTS;
    }

    @Override
    public void run(Lease lease) {
        RestoreId id = RestoreId.parse(lease.subject().substring(PREFIX.length()));
        Restore restore = lease.commit(session -> restores.get(session, id));
        try (Target target = targets.of(restore.server())) {
            restore.stagingNames().forEach(target::drop);
        }
        lease.complete(session -> Uni.createFrom().voidItem());
    }

    @Override
    public Uni<Void> failed(Lease lease, Failure failure, Mutiny.Session session) {
        LOG.errorf(
                "%s: databases named holdfast_restore_… could not be dropped on the target; drop them by hand: %s",
                lease.subject(), failure.getMessage());
        return Uni.createFrom().voidItem();
    }

    @Override
    public boolean retryable(Failure failure) {
        return true;
    }
}
