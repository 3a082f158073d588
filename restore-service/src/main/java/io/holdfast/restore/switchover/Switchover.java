package io.holdfast.restore.switchover;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreEvent;
import io.holdfast.engine.DatabaseSwap;
import io.holdfast.engine.TargetServer;
import io.holdfast.eventing.config.LiveConfig;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.domain.RestoreRepository;
import io.holdfast.restore.domain.SwitchoverState;
import io.holdfast.restore.targets.TargetRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** The checked copy takes the live database's name, which is put aside; and the way back. */
@ApplicationScoped
class Switchover {
    private final RestoreRepository restoreRepository;
    private final TargetRegistry targetRegistry;
    private final LiveConfig live;
    private final InstantSource clock;

    Switchover(
            RestoreRepository restoreRepository, TargetRegistry targetRegistry, LiveConfig live, InstantSource clock) {
        this.restoreRepository = restoreRepository;
        this.targetRegistry = targetRegistry;
        this.live = live;
        this.clock = clock;
    }

    void run(Restore restore, Lease lease) {
        try (TargetServer target = targetRegistry.of(restore.server())) {
            target.exchange(exchange(restore));
        }
        Instant now = clock.instant();
        lease.commit(session -> restoreRepository.changed(
                session,
                restore.id(),
                it -> it.switched(now, now.plus(live.current().platform().hold())),
                it -> new RestoreEvent.Switched(
                        it.id(), it.source(), RestoreRepository.planned(it), it.database(), now)));
    }

    private static DatabaseSwap exchange(Restore restore) {
        return restore.switching().exchange(restore.id(), restore.database());
    }

    /**
     * The old database gets its name again, or is opened again if it never lost it.
     *
     * @return whether anything had been exchanged
     */
    boolean undo(Restore restore) {
        try (TargetServer target = targetRegistry.of(restore.server())) {
            boolean exchanged = target.withdraw(exchange(restore), SwitchoverState.undone(restore.id()));
            Optional<Long> now = target.oid(restore.database());
            if (!exchanged
                    && restore.isSwitched()
                    && !now.equals(Optional.ofNullable(restore.switching().liveOid()))) {
                throw HoldfastException.about(
                        restore.database(),
                        FailureCode.TARGET_CHANGED,
                        "database \"" + restore.database()
                                + "\" is neither the restored one nor the one before it; it was replaced since");
            }
            return exchanged || restore.isSwitched();
        }
    }

    /** Whatever else is wrong: the live database can be connected to, be it the restored one or the one before it. */
    void open(Restore restore) {
        SwitchoverState switchoverState = restore.switching();
        try (TargetServer target = targetRegistry.of(restore.server())) {
            target.oid(restore.database())
                    .filter(oid -> oid == switchoverState.stagingOid() || oid.equals(switchoverState.liveOid()))
                    .ifPresent(target::reopen);
        }
    }
}
