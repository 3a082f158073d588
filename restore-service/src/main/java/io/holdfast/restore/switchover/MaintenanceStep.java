package io.holdfast.restore.switchover;

import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.RestoreEvent;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.domain.RestoreAlerts;
import io.holdfast.restore.domain.RestoreKind;
import io.holdfast.restore.domain.RestoreRepository;
import io.holdfast.restore.domain.RestoreState;
import io.holdfast.restore.domain.RewindTimes;
import io.holdfast.restore.maintenance.Maintenance;
import io.holdfast.restore.maintenance.MaintenanceOutcome;
import io.holdfast.restore.maintenance.MaintenanceWindow;
import io.holdfast.restore.targets.TargetRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The application is told to stand aside while its database is exchanged or written into, and that it may work again. From
 * the moment before the first until the second was said, the restore owes the second.
 */
@ApplicationScoped
class MaintenanceStep {
    /** What a switch takes: sessions end, names change, the probe answers. */
    private static final Duration EXPECTED = Duration.ofMinutes(1);

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final RestoreRepository restoreRepository;
    private final Maintenance maintenance;
    private final TargetRegistry targetRegistry;
    private final RestoreAlerts alerts;
    private final RewindTimes times;
    private final InstantSource clock;

    MaintenanceStep(
            RestoreRepository restoreRepository,
            Maintenance maintenance,
            TargetRegistry targetRegistry,
            RestoreAlerts alerts,
            RewindTimes times,
            InstantSource clock) {
        this.restoreRepository = restoreRepository;
        this.maintenance = maintenance;
        this.targetRegistry = targetRegistry;
        this.alerts = alerts;
        this.times = times;
        this.clock = clock;
    }

    /** Fails with MAINTENANCE_FAILED if the application could not be told: then nothing is switched. */
    void on(Restore restore, Lease lease) {
        tellOn(restore, lease, "switch");
        RestoreState next = restore.kind() == RestoreKind.REPLACE ? RestoreState.SWITCHING : RestoreState.APPLYING;
        lease.commit(session -> restoreRepository.enter(session, restore.id(), next));
    }

    /** Before something is put back that people work with again. That they could not be told does not keep it from that. */
    void again(Restore restore, Lease lease) {
        try {
            tellOn(restore, lease, "rollback");
        } catch (HoldfastException holdfastException) {
            if (holdfastException.code() != FailureCode.MAINTENANCE_FAILED) {
                throw holdfastException;
            }
            lease.commit(session -> restoreRepository.change(
                    session,
                    restore.id(),
                    it -> it.note(holdfastException.reason().message())));
        }
    }

    private void tellOn(Restore restore, Lease lease, String occasion) {
        if (!isConfigured(restore)) {
            return;
        }
        if (restore.account().maintenanceSince() == null) {
            began(restore, lease);
        }
        MaintenanceOutcome outcome =
                maintenance.on(targetRegistry.config(restore.source().name()).maintenance(), window(restore, occasion));
        if (outcome instanceof MaintenanceOutcome.Failed failed) {
            throw HoldfastException.about(restore.source().name(), FailureCode.MAINTENANCE_FAILED, failed.message());
        }
    }

    private void began(Restore restore, Lease lease) {
        Instant now = clock.instant();
        lease.commit(session -> restoreRepository.changed(
                session,
                restore.id(),
                it -> it.account().maintenanceBegan(now),
                it -> new RestoreEvent.MaintenanceStarted(
                        it.id(), it.source(), reason(it), now, expectedEnd(it, now))));
    }

    private static String reason(Restore restore) {
        String why = restore.wish().request().why();
        String what = restore.state() == RestoreState.ROLLING_BACK
                ? "restore " + restore.id() + " of " + restore.source().name() + " is rolled back"
                : restore.source().name() + " is restored to its state of " + restore.snapshotAt();
        return why == null || why.isBlank() ? what : what + ": " + why;
    }

    private boolean isConfigured(Restore restore) {
        return targetRegistry.config(restore.source().name()).maintenance().isPresent();
    }

    private MaintenanceWindow window(Restore restore, String occasion) {
        return new MaintenanceWindow(
                restore.source().name(),
                restore.id(),
                occasion,
                reason(restore),
                expectedEnd(restore, clock.instant()));
    }

    /** A provider's restore of a server takes up to hours. */
    private Instant expectedEnd(Restore restore, Instant now) {
        return now.plus(restore.kind() == RestoreKind.REWIND ? times.within() : EXPECTED);
    }

    /**
     * Owed until it was said. Fails to be tried again; after a few minutes people are alerted to do it themselves, and the
     * restore goes on.
     */
    void off(Restore restore, Lease lease) {
        off(restore, lease, it -> allClear(it, clock.instant()));
    }

    /** The same, where nothing could be put back: whoever works on does so with what is there. */
    void offAsItIs(Restore restore, Lease lease, String what) {
        off(
                restore,
                lease,
                it -> new RestoreEvent.MaintenanceEnded(
                        it.id(),
                        it.source(),
                        clock.instant(),
                        null,
                        "The restore " + what + "; look at the database before you go on: holdfast show " + it.id()));
    }

    private void off(Restore restore, Lease lease, Function<Restore, RestoreEvent> allClear) {
        if (restore.account().maintenanceSince() == null && !isOwed(restore, lease)) {
            return;
        }
        String occasion =
                restore.state() == RestoreState.ROLLING_BACK && restore.completedAt() != null ? "rollback" : "switch";
        MaintenanceOutcome outcome = maintenance.off(
                targetRegistry.config(restore.source().name()).maintenance(), window(restore, occasion));
        String trouble = outcome instanceof MaintenanceOutcome.Failed failed ? failed.message() : null;
        if (trouble != null && isFresh(restore)) {
            throw HoldfastException.about(restore.source().name(), FailureCode.MAINTENANCE_FAILED, trouble);
        }
        ended(restore, lease, trouble, allClear);
    }

    /** It may have begun in this very step, after the restore was read. */
    private boolean isOwed(Restore restore, Lease lease) {
        return lease.commit(session -> restoreRepository.get(session, restore.id()))
                        .account()
                        .maintenanceSince()
                != null;
    }

    private boolean isFresh(Restore restore) {
        Instant began = restore.steps().getLast().startedAt();
        return clock.instant().isBefore(began.plus(PATIENCE));
    }

    private void ended(
            Restore restore, Lease lease, @Nullable String trouble, Function<Restore, RestoreEvent> allClear) {
        lease.commit(session -> restoreRepository
                .changed(
                        session,
                        restore.id(),
                        it -> {
                            it.account().maintenanceEnded();
                            if (trouble != null) {
                                it.note(trouble);
                            }
                        },
                        allClear)
                .call(it -> trouble == null
                        ? Uni.createFrom().voidItem()
                        : alerts.raise(
                                session,
                                it,
                                "maintenance-not-ended",
                                AlertEvent.Severity.CRITICAL,
                                trouble + "; end it by hand")));
    }

    private static RestoreEvent allClear(Restore it, Instant now) {
        boolean back = it.state() == RestoreState.ROLLING_BACK;
        Instant dataAsOf = back ? null : it.snapshotAt();
        String next = back
                ? "The database is as it was before the restore."
                : it.kind().replaces()
                        ? "Enter again what was written after " + dataAsOf + ", and look at the restore's checklist:"
                                + " holdfast show " + it.id()
                        : "Look at what the restore wrote: holdfast show " + it.id();
        return new RestoreEvent.MaintenanceEnded(
                it.id(), it.source(), now, it.kind().replaces() ? dataAsOf : null, next);
    }
}
