package io.holdfast.restore.switchover;

import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreId;
import io.holdfast.engine.TargetServer;
import io.holdfast.eventing.jobs.JobHandler;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.domain.RestoreAlerts;
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
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * The database that a switch put aside is the safety copy while it is kept; it is backed up from there, so that a rollback
 * is possible afterwards, too. It is open for connections while that lasts, under a name that no application knows.
 */
@ApplicationScoped
class RetainedDatabaseBackupWorker implements JobHandler {
    /** The event that tells its outcome brings this on at once. */
    private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

    private final RestoreRepository restoreRepository;
    private final SafetyBackups safetyBackups;
    private final TargetRegistry targetRegistry;
    private final RestoreAlerts alerts;

    RetainedDatabaseBackupWorker(
            RestoreRepository restoreRepository,
            SafetyBackups safetyBackups,
            TargetRegistry targetRegistry,
            RestoreAlerts alerts) {
        this.restoreRepository = restoreRepository;
        this.safetyBackups = safetyBackups;
        this.targetRegistry = targetRegistry;
        this.alerts = alerts;
    }

    @Override
    public String kind() {
        return RestoreJobKind.RETAINED_DATABASE_BACKUP;
    }

    @Override
    public int concurrency() {
        return 4;
    }

    @Override
    public int maxAttempts() {
        return 1000;
    }

    @Override
    public boolean retryable(HoldfastException holdfastException) {
        return true;
    }

    @Override
    public void run(Lease lease) {
        RestoreId id = RestoreJobScheduler.restoreOf(lease.subject());
        Restore restore = lease.commit(session -> restoreRepository.get(session, id));
        Long old = restore.keeps() ? restore.switching().liveOid() : null;
        boolean aside = restore.state() == RestoreState.WATCHING || restore.state() == RestoreState.COMPLETED;
        if (old == null || !aside) {
            return; // rolled back, or gone: nothing lies aside
        }
        String said = restore.account().safety();
        if (said == null) {
            open(restore, old);
            lease.postpone(LOOK_AGAIN, session -> safetyBackups.ofKept(session, id));
        } else if (restore.account().safetyBackup() == null && said.equals("requested") && !isOver(restore)) {
            lease.postpone(LOOK_AGAIN, session -> Uni.createFrom().voidItem());
        } else if (!safetyBackups.refuted(restore, lease)) {
            close(restore);
            boolean made = restore.account().safetyBackup() != null;
            lease.complete(session -> made
                    ? Uni.createFrom().voidItem()
                    : restoreRepository
                            .get(session, id)
                            .call(it -> alerts.raise(
                                    session,
                                    it,
                                    "restore-safety",
                                    AlertEvent.Severity.WARNING,
                                    "what the restore of " + it.source().name()
                                            + " put aside could not be backed up; it can be rolled back until "
                                            + it.switching().keptUntil() + " only: " + said))
                            .replaceWithVoid());
        }
    }

    private boolean isOver(Restore restore) {
        Instant switched = restore.switching().switchedAt();
        return switched == null || safetyBackups.isOver(switched);
    }

    private void open(Restore restore, long oid) {
        try (TargetServer target = targetRegistry.of(restore.server())) {
            target.reopen(oid);
        }
    }

    private void close(Restore restore) {
        try (TargetServer target = targetRegistry.of(restore.server())) {
            // by its name: a rollback may have given it its own again meanwhile
            target.shut(SwitchoverState.kept(restore.id()));
        }
    }

    @Override
    public Uni<Void> failed(Lease lease, HoldfastException holdfastException, Mutiny.Session session) {
        RestoreId id = RestoreJobScheduler.restoreOf(lease.subject());
        return restoreRepository
                .get(session, id)
                .call(it -> alerts.raise(
                        session,
                        it,
                        "restore-safety",
                        AlertEvent.Severity.WARNING,
                        "what the restore of " + it.source().name() + " put aside could not be backed up: "
                                + holdfastException.reason().message()))
                .replaceWithVoid();
    }
}
