package io.holdfast.restore.switchover;

import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreId;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.eventing.jobs.UnlimitedRetryHandler;
import io.holdfast.eventing.tracing.SpanAttributes;
import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.domain.RestoreAlerts;
import io.holdfast.restore.domain.RestoreFailureRules;
import io.holdfast.restore.domain.RestoreJobKind;
import io.holdfast.restore.domain.RestoreJobScheduler;
import io.holdfast.restore.domain.RestoreKind;
import io.holdfast.restore.domain.RestoreRepository;
import io.holdfast.restore.domain.RestoreState;
import io.holdfast.restore.followup.MonitorProbe;
import io.holdfast.restore.followup.MonitorWorker;
import io.holdfast.restore.load.InPlaceRestorer;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * The part of a restore that touches live data. It is never given up: whatever happens, it goes forward to the restored
 * data or back to what was there, and the application is told that it may work again. Each state is one step that may be
 * repeated; which is next stands in the database.
 */
@ApplicationScoped
class SwitchWorker implements UnlimitedRetryHandler {
    private static final Logger LOG = Logger.getLogger(SwitchWorker.class);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final RestoreRepository restoreRepository;
    private final SafetyBackups safetyBackups;
    private final MaintenanceStep aside;
    private final Switchover switchover;
    private final InPlaceRestorer inPlaceRestorer;
    private final OverwriteStep overwriteStep;
    private final RewindStep rewindStep;
    private final HealthCheckStep healthCheckStep;
    private final MonitorProbe monitorProbe;
    private final RestoreJobScheduler restoreJobScheduler;
    private final RestoreAlerts alerts;
    private final InstantSource clock;

    SwitchWorker(
            RestoreRepository restoreRepository,
            SafetyBackups safetyBackups,
            MaintenanceStep aside,
            Switchover switchover,
            InPlaceRestorer inPlaceRestorer,
            OverwriteStep overwriteStep,
            RewindStep rewindStep,
            HealthCheckStep healthCheckStep,
            MonitorProbe monitorProbe,
            RestoreJobScheduler restoreJobScheduler,
            RestoreAlerts alerts,
            InstantSource clock) {
        this.restoreRepository = restoreRepository;
        this.safetyBackups = safetyBackups;
        this.aside = aside;
        this.switchover = switchover;
        this.inPlaceRestorer = inPlaceRestorer;
        this.overwriteStep = overwriteStep;
        this.rewindStep = rewindStep;
        this.healthCheckStep = healthCheckStep;
        this.monitorProbe = monitorProbe;
        this.restoreJobScheduler = restoreJobScheduler;
        this.alerts = alerts;
        this.clock = clock;
    }

    @Override
    public String kind() {
        return RestoreJobKind.SWITCHOVER;
    }

    @Override
    public int concurrency() {
        return 4;
    }

    @Override
    public Duration backoff(int attempt, Duration unit) {
        return unit.multipliedBy(Math.min(15, attempt));
    }

    @Override
    public void run(Lease lease) {
        RestoreId id = RestoreJobScheduler.restoreOf(lease.subject());
        boolean goesOn = true;
        while (goesOn) {
            lease.ensureHeld();
            Restore restore = lease.commit(session -> restoreRepository.get(session, id));
            SpanAttributes.current(SpanAttributes.RESTORE, id, restore.source().name());
            try {
                goesOn = step(restore, lease);
            } catch (HoldfastException holdfastException) {
                goesOn = after(holdfastException, restore, lease);
            } catch (UncheckedIOException e) { // such as of a full temporary folder
                goesOn = after(
                        HoldfastException.of(FailureCode.INTERNAL, "reading or writing failed: " + e.getMessage(), e),
                        restore,
                        lease);
            }
        }
    }

    /** @return whether there is another step to take now */
    private boolean step(Restore restore, Lease lease) {
        return switch (restore.state()) {
            case SAFETY -> safetyBackups.before(restore, lease);
            case MAINTENANCE_ON -> {
                aside.on(restore, lease);
                yield true;
            }
            case SWITCHING -> {
                switchover.run(restore, lease);
                yield true;
            }
            case APPLYING -> applied(restore, lease);
            case HEALTH -> {
                healthCheckStep.await(restore, lease);
                yield true;
            }
            case MAINTENANCE_OFF -> {
                aside.off(restore, lease);
                tidyUp(restore);
                finish(restore, lease);
                yield false;
            }
            case ROLLING_BACK -> {
                putBack(restore, lease);
                yield false;
            }
            default -> false;
        };
    }

    private boolean applied(Restore restore, Lease lease) {
        if (restore.kind() == RestoreKind.REWIND) {
            return rewindStep.apply(restore, lease);
        }
        if (restore.kind() == RestoreKind.OVERWRITE) {
            overwriteStep.apply(restore, lease);
        } else {
            inPlaceRestorer.apply(restore, lease);
        }
        return true;
    }

    /**
     * What a failure of a step leads to: another attempt, if it may pass; otherwise everything is put back.
     *
     * @throws HoldfastException to be tried again
     */
    private boolean after(HoldfastException holdfastException, Restore restore, Lease lease) {
        lease.ensureHeld();
        FailureReason reason = holdfastException.reason();
        if (restore.state() == RestoreState.ROLLING_BACK && isHopeless(holdfastException) && !isFresh(restore)) {
            giveUp(restore, reason, lease);
            return false;
        }
        if (restore.state() == RestoreState.ROLLING_BACK || restore.state() == RestoreState.MAINTENANCE_OFF) {
            LOG.errorf("restore %s, %s, is tried again: %s", restore.id(), restore.state(), reason.message());
            throw goingOn(holdfastException);
        }
        if (mayPass(holdfastException) && isFresh(restore)) {
            throw goingOn(holdfastException);
        }
        if (restore.state() == RestoreState.SAFETY) {
            lease.complete(session -> restoreRepository
                    .failed(session, restore.id(), reason)
                    .call(() -> restoreJobScheduler.leftovers(session, restore.id())));
            return false;
        }
        LOG.warnf("restore %s is rolled back: %s", restore.id(), reason.message());
        lease.commit(
                session -> restoreRepository.change(session, restore.id(), it -> it.rollBack(reason, clock.instant())));
        return true;
    }

    /** It cannot be put back, and no further attempt will change that: people have to know, and may work meanwhile. */
    private void giveUp(Restore restore, FailureReason reason, Lease lease) {
        LOG.errorf("restore %s cannot be rolled back: %s", restore.id(), reason.message());
        if (restore.kind() == RestoreKind.REPLACE) {
            switchover.open(restore);
        }
        FailureReason first = java.util.Objects.requireNonNull(restore.reason());
        FailureReason both = new FailureReason(
                reason.code(),
                "it could not be put back as it was: " + reason.message() + " (it was to be, because " + first.message()
                        + ")",
                reason.object());
        aside.offAsItIs(restore, lease, both.message());
        lease.complete(session -> restoreRepository
                .changed(session, restore.id(), it -> it.failed(both, clock.instant()))
                .call(it -> alerts.raise(
                        session,
                        it,
                        "restore-not-rolled-back",
                        AlertEvent.Severity.CRITICAL,
                        "the restore of " + it.source().name() + " failed, and " + both.message())));
    }

    /** A server's administrator can cancel statements: that must not end the job. */
    private static HoldfastException goingOn(HoldfastException holdfastException) {
        return holdfastException.code() == FailureCode.CANCELLED
                ? HoldfastException.of(
                        FailureCode.TARGET_CONNECTION_LOST,
                        holdfastException.reason().message(),
                        holdfastException)
                : holdfastException;
    }

    private static boolean mayPass(HoldfastException holdfastException) {
        // CANCELLED is not transient in general; here an administrator of the server cancelled a statement
        return RestoreFailureRules.isTransient(holdfastException.code())
                || holdfastException.code() == FailureCode.CANCELLED;
    }

    /** An application that could not be told that it may work again says nothing about its database. */
    private static boolean isHopeless(HoldfastException holdfastException) {
        return !mayPass(holdfastException) && holdfastException.code() != FailureCode.MAINTENANCE_FAILED;
    }

    private boolean isFresh(Restore restore) {
        Instant began = restore.steps().getLast().startedAt();
        return clock.instant().isBefore(began.plus(PATIENCE));
    }

    /** So that whoever hears that it is over finds nothing of it in the live database; otherwise the leftovers' job does it. */
    private void tidyUp(Restore restore) {
        if (restore.account().writes() != null) {
            try {
                inPlaceRestorer.discard(restore);
            } catch (HoldfastException holdfastException) {
                LOG.infof("what restore %s staged is dropped later: %s", restore.id(), holdfastException.getMessage());
            }
        }
    }

    private void finish(Restore restore, Lease lease) {
        RestoreId id = restore.id();
        lease.complete(session -> restoreRepository
                .changed(session, id, it -> it.watched(clock.instant()))
                .call(() -> restoreJobScheduler.watch(session, id))
                .call(() -> restoreJobScheduler.leftovers(session, id))
                .call(it -> it.keeps()
                        ? restoreJobScheduler.safetyOfKept(session, id)
                        : Uni.createFrom().voidItem())
                .call(it -> it.keeps()
                        ? restoreJobScheduler.endOfHold(
                                session, id, untilNow(it.switching().keptUntil()))
                        : Uni.createFrom().voidItem()));
    }

    private Duration untilNow(@org.jspecify.annotations.Nullable Instant then) {
        Duration left = then == null ? Duration.ZERO : Duration.between(clock.instant(), then);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private void putBack(Restore restore, Lease lease) {
        RestoreId id = restore.id();
        boolean people = restore.completedAt() != null;
        boolean undone = isUndone(restore, lease, people);
        aside.off(restore, lease);
        FailureReason reason = java.util.Objects.requireNonNull(restore.reason());
        lease.complete(session -> restoreRepository
                .changed(session, id, it -> {
                    if (undone || people) {
                        it.rolledBack(clock.instant());
                    } else {
                        it.failed(reason, clock.instant());
                    }
                })
                .call(it -> monitorProbe.foundBad(it)
                        ? alerts.resolve(session, it, MonitorWorker.ALERT)
                        : Uni.createFrom().voidItem())
                .call(() -> restoreJobScheduler.leftovers(session, id)));
    }

    /** Once: it is on record before the application is told to go on, so that nothing written after that is undone, too. */
    private boolean isUndone(Restore restore, Lease lease, boolean people) {
        Boolean known = restore.account().putBack();
        if (known != null) {
            return known;
        }
        if (people) {
            aside.again(restore, lease);
        }
        boolean something = switch (restore.kind()) {
            case REPLACE -> switchover.undo(restore);
            case OVERWRITE -> overwriteStep.undo(restore, lease);
            case REWIND -> rewindStep.undo(restore, lease);
            case IN_PLACE, NEW -> inPlaceRestorer.undo(restore, lease);
        };
        lease.commit(session -> restoreRepository.change(
                session, restore.id(), it -> it.account().putBack(something)));
        return something;
    }

    /** Never gets here while the database answers; what it stood for goes on with the next claim. */
    @Override
    public Uni<Void> failed(Lease lease, HoldfastException holdfastException, Mutiny.Session session) {
        LOG.errorf("%s ended unexpectedly and is taken up again: %s", lease.subject(), holdfastException.getMessage());
        return restoreJobScheduler.toSwitch(session, RestoreJobScheduler.restoreOf(lease.subject()));
    }
}
