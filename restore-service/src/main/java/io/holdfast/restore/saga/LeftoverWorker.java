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

    private final Restores restores;
    private final Targets targets;

    LeftoverWorker(Restores restores, Targets targets) {
        this.restores = restores;
        this.targets = targets;
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
        RestoreId id = RestoreId.parse(lease.subject());
        Restore restore = lease.commit(session -> restores.get(session, id));
        try (Target target = targets.of(restore.server())) {
            restore.stagingNames().forEach(target::drop);
        }
        lease.complete(session -> Uni.createFrom().voidItem());
    }

    @Override
    public Uni<Void> failed(Lease lease, Failure failure, Mutiny.Session session) {
        LOG.errorf(
                "restore %s left databases named holdfast_restore_… on its target that could not be dropped: %s",
                lease.subject(), failure.getMessage());
        return Uni.createFrom().voidItem();
    }

    @Override
    public boolean retryable(Failure failure) {
        return true;
    }
}
