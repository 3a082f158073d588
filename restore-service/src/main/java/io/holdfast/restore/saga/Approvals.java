package io.holdfast.restore.saga;

import io.holdfast.config.HoldfastConfig;
import io.holdfast.contracts.RestoreId;
import io.holdfast.eventing.jobs.Jobs;
import io.holdfast.restore.plan.Principals;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import org.hibernate.reactive.mutiny.Mutiny;

/** A second person's yes, for restores over live data of sources that want it. It is given to a resolved plan. */
@ApplicationScoped
class Approvals {
    private final Restores restores;
    private final Targets targets;
    private final Followers followers;
    private final Jobs jobs;
    private final InstantSource clock;
    private final Duration valid;

    Approvals(
            Restores restores,
            Targets targets,
            Followers followers,
            Jobs jobs,
            InstantSource clock,
            HoldfastConfig config) {
        this.restores = restores;
        this.targets = targets;
        this.followers = followers;
        this.jobs = jobs;
        this.clock = clock;
        this.valid = config.platform().approval();
    }

    /** Whether the restore has to wait for one. */
    boolean isAwaited(Restore restore) {
        return restore.kind().touchesLive()
                && !restore.isApproved()
                && targets.config(restore.source().name()).approval() == io.holdfast.config.Approval.REQUIRED;
    }

    Uni<Restore> await(Mutiny.Session session, RestoreId id) {
        return restores.awaitApproval(session, id, clock.instant().plus(valid))
                .call(() -> followers.approvalExpiry(session, id, valid));
    }

    /** @throws io.holdfast.contracts.Failure REQUEST_FORBIDDEN, or REQUEST_CONFLICT if nothing is to be approved */
    Uni<Restore> give(Mutiny.Session session, RestoreId id, Principals.Requester by) {
        return restores.get(session, id)
                .invoke(restore -> by.mayApprove(restore.wish().by()))
                .chain(() -> restores.approved(session, id, by.name()))
                .call(() -> jobs.enqueue(session, RestoreRequests.JOB_KIND, id.toString()));
    }
}
