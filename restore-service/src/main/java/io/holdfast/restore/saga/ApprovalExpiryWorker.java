package io.holdfast.restore.saga;

import io.holdfast.contracts.Failure;
import io.holdfast.contracts.RestoreId;
import io.holdfast.eventing.jobs.JobHandler;
import io.holdfast.eventing.jobs.Lease;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.hibernate.reactive.mutiny.Mutiny;

/** Ends restores that nobody approved in time. */
@ApplicationScoped
class ApprovalExpiryWorker implements JobHandler {
    static final String JOB_KIND = "restore-approval-expiry";

    private final Restores restores;

    ApprovalExpiryWorker(Restores restores) {
        this.restores = restores;
    }

    @Override
    public String kind() {
        return JOB_KIND;
    }

    @Override
    public void run(Lease lease) {
        RestoreId id = Followers.restoreOf(lease.subject());
        lease.complete(session -> restores.expired(session, id));
    }

    /** Only the database can fail here, and then it is tried again. */
    @Override
    public Uni<Void> failed(Lease lease, Failure failure, Mutiny.Session session) {
        return restores.expired(session, Followers.restoreOf(lease.subject())).replaceWithVoid();
    }

    @Override
    public boolean retryable(Failure failure) {
        return true;
    }
}
