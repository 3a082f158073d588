package io.holdfast.restore.followup;

import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreEvent;
import io.holdfast.contracts.RestoreId;
import io.holdfast.engine.TargetServer;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.eventing.jobs.UnlimitedRetryHandler;
import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.domain.RestoreJobKind;
import io.holdfast.restore.domain.RestoreJobScheduler;
import io.holdfast.restore.domain.RestoreRepository;
import io.holdfast.restore.domain.RestoreState;
import io.holdfast.restore.domain.SwitchoverState;
import io.holdfast.restore.targets.TargetRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Removes what a switch, or its rollback, put aside, when its time is over. Its name and its OID both have to be right. */
@ApplicationScoped
class RetainedDatabaseDropWorker implements UnlimitedRetryHandler {
    private static final Logger LOG = Logger.getLogger(RetainedDatabaseDropWorker.class);

    private final RestoreRepository restoreRepository;
    private final TargetRegistry targetRegistry;
    private final InstantSource clock;

    RetainedDatabaseDropWorker(
            RestoreRepository restoreRepository, TargetRegistry targetRegistry, InstantSource clock) {
        this.restoreRepository = restoreRepository;
        this.targetRegistry = targetRegistry;
        this.clock = clock;
    }

    @Override
    public String kind() {
        return RestoreJobKind.RETAINED_DATABASE_DROP;
    }

    @Override
    public Duration backoff(int attempt, Duration unit) {
        return Duration.ofMinutes(Math.min(60, attempt));
    }

    @Override
    public void run(Lease lease) {
        RestoreId id = RestoreJobScheduler.restoreOf(lease.subject());
        Restore restore = lease.commit(session -> restoreRepository.get(session, id));
        if (restore.state() == RestoreState.ROLLING_BACK || !over(lease, id)) {
            lease.postpone(Duration.ofMinutes(1), session -> Uni.createFrom().voidItem());
            return;
        }
        // what could not be put back is for people to put right: the hold's end does not take it from them
        String name = restore.state() == RestoreState.FAILED ? null : drop(restore);
        Instant now = clock.instant();
        lease.complete(session -> name == null
                ? Uni.createFrom().voidItem()
                : restoreRepository
                        .get(session, id)
                        .call(it -> restoreRepository.tell(
                                session, it, new RestoreEvent.KeptDatabaseDropped(id, it.source(), name, now)))
                        .replaceWithVoid());
    }

    /** From here no rollback counts on what is dropped next; one that was asked for at this moment goes first. */
    private boolean over(Lease lease, RestoreId id) {
        return lease.commit(session -> restoreRepository.get(session, id).map(it -> {
            boolean going = it.state() == RestoreState.ROLLING_BACK;
            if (!going) {
                it.switching().keptNoLonger();
            }
            return !going;
        }));
    }

    private @Nullable String drop(Restore restore) {
        try (TargetServer target = targetRegistry.of(restore.server())) {
            SwitchoverState switchoverState = restore.switching();
            String kept = drop(target, SwitchoverState.kept(restore.id()), switchoverState.liveOid());
            String undone = drop(target, SwitchoverState.undone(restore.id()), switchoverState.stagingOid());
            return kept == null ? undone : kept;
        }
    }

    private static @Nullable String drop(TargetServer target, String name, @Nullable Long oid) {
        if (oid == null || target.oid(name).filter(oid::equals).isEmpty()) {
            return null;
        }
        target.drop(name);
        return name;
    }

    @Override
    public Uni<Void> failed(Lease lease, HoldfastException holdfastException, Mutiny.Session session) {
        LOG.errorf(
                "%s: what was put aside could not be removed; drop it by hand: %s",
                lease.subject(), holdfastException.getMessage());
        return Uni.createFrom().voidItem();
    }
}
