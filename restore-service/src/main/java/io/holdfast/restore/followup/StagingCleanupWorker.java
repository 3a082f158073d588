package io.holdfast.restore.followup;

import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreId;
import io.holdfast.engine.TargetServer;
import io.holdfast.eventing.jobs.JobHandler;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.domain.RestoreJobKind;
import io.holdfast.restore.domain.RestoreJobScheduler;
import io.holdfast.restore.domain.RestoreKind;
import io.holdfast.restore.domain.RestoreRepository;
import io.holdfast.restore.domain.RestoreState;
import io.holdfast.restore.domain.RewindProgress;
import io.holdfast.restore.domain.SwitchoverState;
import io.holdfast.restore.load.CopyCapture;
import io.holdfast.restore.load.InPlaceRestorer;
import io.holdfast.restore.targets.TargetRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/** Removes what a finished restore's attempts have left beside. What was handed over has another name. */
@ApplicationScoped
class StagingCleanupWorker implements JobHandler {
    private static final Logger LOG = Logger.getLogger(StagingCleanupWorker.class);
    private static final int ATTEMPTS = 100;

    private final RestoreRepository restoreRepository;
    private final TargetRegistry targetRegistry;
    private final InPlaceRestorer inPlaceRestorer;
    private final CopyCapture copyCapture;

    StagingCleanupWorker(
            RestoreRepository restoreRepository,
            TargetRegistry targetRegistry,
            InPlaceRestorer inPlaceRestorer,
            CopyCapture copyCapture) {
        this.restoreRepository = restoreRepository;
        this.targetRegistry = targetRegistry;
        this.inPlaceRestorer = inPlaceRestorer;
        this.copyCapture = copyCapture;
    }

    @Override
    public String kind() {
        return RestoreJobKind.STAGING_CLEANUP;
    }

    /** A server may be away for a day. */
    @Override
    public int maxAttempts() {
        return ATTEMPTS;
    }

    @Override
    public Duration backoff(int attempt, Duration unit) {
        return unit.multipliedBy(Math.min(900, 1L << Math.min(attempt, 10)));
    }

    @Override
    public void run(Lease lease) {
        RestoreId id = RestoreJobScheduler.restoreOf(lease.subject());
        Restore restore = lease.commit(session -> restoreRepository.get(session, id));
        try {
            if (restore.kind() == RestoreKind.REWIND) {
                unmark(restore);
            } else if (restore.kind() == RestoreKind.IN_PLACE) {
                if (!restore.stagingNames().isEmpty()) {
                    inPlaceRestorer.discard(restore);
                }
            } else {
                drop(restore);
            }
        } finally {
            copyCapture.discard(restore); // it is billed though the target's server does not answer
        }
        lease.complete(session -> Uni.createFrom().voidItem());
    }

    /** A restore that has succeeded has taken the schema away. */
    private void unmark(Restore restore) {
        RewindProgress progress = restore.account().rewind();
        if (progress == null || progress.restoredAt() == null) {
            targetRegistry
                    .rewindTarget(restore.source().name())
                    .unmark(restore.id().value());
        }
    }

    private void drop(Restore restore) {
        List<String> names = new ArrayList<>(restore.stagingNames());
        boolean ended = restore.state() == RestoreState.ROLLED_BACK || restore.state() == RestoreState.FAILED;
        if (ended
                && restore.completedAt() == null
                && restore.kind() != RestoreKind.OVERWRITE) { // nobody has written into it yet
            names.add(SwitchoverState.undone(restore.id()));
        }
        if (!names.isEmpty()) {
            try (TargetServer target = targetRegistry.of(restore.server())) {
                names.forEach(target::drop);
            }
        }
    }

    @Override
    public Uni<Void> failed(Lease lease, HoldfastException holdfastException, Mutiny.Session session) {
        LOG.errorf(
                "%s: databases or a schema named holdfast_… on the target, or a copy named holdfast-… at Neon or"
                        + " Amazon RDS, could not be removed; remove them by hand: %s",
                lease.subject(), holdfastException.getMessage());
        return Uni.createFrom().voidItem();
    }

    @Override
    public boolean retryable(HoldfastException holdfastException) {
        return true;
    }
}
