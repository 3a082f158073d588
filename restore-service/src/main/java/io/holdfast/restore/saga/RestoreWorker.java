package io.holdfast.restore.saga;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.RestoreId;
import io.holdfast.eventing.jobs.JobHandler;
import io.holdfast.eventing.jobs.Lease;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Does the restores. A worker that takes over from a dead one begins again beside, in a database of its own; once the copy
 * was found equal it only finishes the hand-over.
 */
@ApplicationScoped
class RestoreWorker implements JobHandler {
    private final Restores restores;
    private final RestoreRun run;
    private final Leftovers leftovers;

    RestoreWorker(Restores restores, RestoreRun run, Leftovers leftovers) {
        this.restores = restores;
        this.run = run;
        this.leftovers = leftovers;
    }

    @Override
    public String kind() {
        return RestoreRequests.JOB_KIND;
    }

    /** A long restore must not keep an urgent one waiting. */
    @Override
    public int concurrency() {
        return 2;
    }

    @Override
    public void run(Lease lease) {
        RestoreId id = RestoreId.parse(lease.subject());
        Restore restore = lease.commit(session -> restores.get(session, id));
        if (restore.state() != RestoreState.HANDING_OVER) {
            restore = run.beside(restore, lease);
        }
        run.handOver(restore);
        lease.complete(session -> restores.completed(session, id).call(() -> leftovers.of(session, id)));
    }

    @Override
    public Uni<Void> failed(Lease lease, Failure failure, Mutiny.Session session) {
        RestoreId id = RestoreId.parse(lease.subject());
        return restores.failed(session, id, failure.reason()).chain(() -> leftovers.of(session, id));
    }

    @Override
    public boolean retryable(Failure failure) {
        return switch (failure.code()) {
            case TARGET_CONNECTION_LOST, TARGET_UNREACHABLE, TARGET_BUSY -> true;
            default -> false;
        };
    }
}
