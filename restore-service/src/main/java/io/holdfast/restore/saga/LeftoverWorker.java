package io.holdfast.restore.saga;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.RestoreId;
import io.holdfast.engine.Target;
import io.holdfast.eventing.jobs.JobHandler;
import io.holdfast.eventing.jobs.Lease;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
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
        RestoreId id = Leftovers.restoreOf(lease.subject());
        Restore restore = lease.commit(session -> restores.get(session, id));
        List<String> names = restore.stagingNames();
        if (!names.isEmpty()) {
            try (Target target = targets.of(restore.server())) {
                names.forEach(target::drop);
            }
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
