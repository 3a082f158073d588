package io.holdfast.restore.saga;

import io.holdfast.config.ApprovalPolicy;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreId;
import io.holdfast.eventing.jobs.JobQueue;
import io.holdfast.restore.plan.AccessTokenRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import org.hibernate.reactive.mutiny.Mutiny;

/** A second person's yes, for restores over live data of sources that want it. It is given to a resolved plan. */
@ApplicationScoped
class RestoreApprovals {
    private final RestoreRepository restores;
    private final TargetRegistry targets;
    private final RestoreJobScheduler followers;
    private final JobQueue jobs;
    private final InstantSource clock;
    private final Duration valid;

    RestoreApprovals(
            RestoreRepository restores,
            TargetRegistry targets,
            RestoreJobScheduler followers,
            JobQueue jobs,
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
                && targets.config(restore.source().name()).approval() == ApprovalPolicy.REQUIRED;
    }

    Uni<Restore> await(Mutiny.Session session, RestoreId id) {
        return restores.awaitApproval(session, id, clock.instant().plus(valid))
                .call(() -> followers.approvalExpiry(session, id, valid));
    }

    /** @throws io.holdfast.contracts.HoldfastException REQUEST_FORBIDDEN, or REQUEST_CONFLICT if nothing is to be approved */
    Uni<Restore> give(Mutiny.Session session, RestoreId id, AccessTokenRegistry.Requester by) {
        return restores.get(session, id)
                .invoke(restore -> by.mayApprove(restore.wish().by()))
                .chain(() -> restores.approved(session, id, by.name()))
                .call(() -> jobs.enqueue(session, RestoreRequestConsumer.JOB_KIND, id.toString()));
    }
}
