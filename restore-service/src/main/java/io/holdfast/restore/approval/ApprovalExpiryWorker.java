package io.holdfast.restore.approval;

import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreId;
import io.holdfast.eventing.jobs.JobHandler;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.restore.domain.RestoreJobKind;
import io.holdfast.restore.domain.RestoreJobScheduler;
import io.holdfast.restore.domain.RestoreRepository;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.hibernate.reactive.mutiny.Mutiny;

/** Ends restores that nobody approved in time. */
@ApplicationScoped
class ApprovalExpiryWorker implements JobHandler {
    private final RestoreRepository restoreRepository;

    ApprovalExpiryWorker(RestoreRepository restoreRepository) {
        this.restoreRepository = restoreRepository;
    }

    @Override
    public String kind() {
        return RestoreJobKind.APPROVAL_EXPIRY;
    }

    @Override
    public void run(Lease lease) {
        RestoreId id = RestoreJobScheduler.restoreOf(lease.subject());
        lease.complete(session -> restoreRepository.expired(session, id));
    }

    /** Only the database can fail here, and then it is tried again. */
    @Override
    public Uni<Void> failed(Lease lease, HoldfastException holdfastException, Mutiny.Session session) {
        return restoreRepository
                .expired(session, RestoreJobScheduler.restoreOf(lease.subject()))
                .replaceWithVoid();
    }

    @Override
    public boolean retryable(HoldfastException holdfastException) {
        return true;
    }
}
