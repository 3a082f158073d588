package io.holdfast.restore.approval;

import io.holdfast.access.Permission;
import io.holdfast.config.ApprovalPolicy;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreId;
import io.holdfast.eventing.caller.Access;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.jobs.JobQueue;
import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.domain.RestoreJobKind;
import io.holdfast.restore.domain.RestoreJobScheduler;
import io.holdfast.restore.domain.RestoreRepository;
import io.holdfast.restore.targets.TargetRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import org.hibernate.reactive.mutiny.Mutiny;

/** A second person's yes, for restores over live data of sources that want it. It is given to a resolved plan. */
@ApplicationScoped
public class RestoreApprovals {
    private final RestoreRepository restoreRepository;
    private final TargetRegistry targetRegistry;
    private final RestoreJobScheduler restoreJobScheduler;
    private final JobQueue jobQueue;
    private final InstantSource clock;
    private final LiveConfig live;

    RestoreApprovals(
            RestoreRepository restoreRepository,
            TargetRegistry targetRegistry,
            RestoreJobScheduler restoreJobScheduler,
            JobQueue jobQueue,
            InstantSource clock,
            LiveConfig live) {
        this.restoreRepository = restoreRepository;
        this.targetRegistry = targetRegistry;
        this.restoreJobScheduler = restoreJobScheduler;
        this.jobQueue = jobQueue;
        this.clock = clock;
        this.live = live;
    }

    /** Whether the restore has to wait for one. */
    public boolean isAwaited(Restore restore) {
        return restore.kind().touchesLive()
                && !restore.isApproved()
                && targetRegistry.config(restore.source().name()).approval().restore() == ApprovalPolicy.REQUIRED;
    }

    public Uni<Restore> await(Mutiny.Session session, RestoreId id) {
        Duration valid = live.current().platform().approval();
        return restoreRepository
                .awaitApproval(session, id, clock.instant().plus(valid))
                .call(() -> restoreJobScheduler.approvalExpiry(session, id, valid));
    }

    private static void refuse(Restore restore, Access by) {
        by.require(Permission.APPROVE, restore.source().name(), () -> RestoreRepository.unknown(restore.id()));
        if (!by.principal().isKnown()) {
            throw HoldfastException.of(
                    FailureCode.REQUEST_FORBIDDEN, "approving a restore takes a token with the role approver");
        }
        if (by.name().equals(restore.wish().by())) {
            throw HoldfastException.about(
                    by.name(),
                    FailureCode.REQUEST_FORBIDDEN,
                    "the user who requested a restore cannot approve it; another user must approve it");
        }
    }

    /** @throws io.holdfast.contracts.HoldfastException REQUEST_FORBIDDEN, or REQUEST_CONFLICT if nothing is to be approved */
    public Uni<Restore> give(Mutiny.Session session, RestoreId id, Access by) {
        return restoreRepository
                .get(session, id)
                .invoke(restore -> refuse(restore, by))
                .chain(() -> restoreRepository.approved(session, id, by.name()))
                .call(() -> jobQueue.enqueue(session, RestoreJobKind.RESTORE, id.toString()));
    }
}
