package io.holdfast.restore.switchover;

import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.CheckResult;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.TargetServer;
import io.holdfast.eventing.jobs.Lease;
import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.domain.RestoreAlerts;
import io.holdfast.restore.domain.RestoreKind;
import io.holdfast.restore.domain.RestoreRepository;
import io.holdfast.restore.domain.RestoreState;
import io.holdfast.restore.load.RewindLines;
import io.holdfast.restore.maintenance.HealthProbe;
import io.holdfast.restore.maintenance.HealthResult;
import io.holdfast.restore.targets.RestoreDataChecks;
import io.holdfast.restore.targets.TargetRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Asks after the switch whether the application is well with what it finds. */
@ApplicationScoped
class HealthCheckStep {
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final RestoreRepository restoreRepository;
    private final TargetRegistry targetRegistry;
    private final HealthProbe probe;
    private final RestoreDataChecks restoreDataChecks;
    private final RestoreAlerts alerts;
    private final InstantSource clock;
    private final Duration patience;

    HealthCheckStep(
            RestoreRepository restoreRepository,
            TargetRegistry targetRegistry,
            HealthProbe probe,
            RestoreDataChecks restoreDataChecks,
            RestoreAlerts alerts,
            InstantSource clock,
            @ConfigProperty(name = "holdfast.restore.health-within", defaultValue = "30s") Duration patience) {
        this.restoreRepository = restoreRepository;
        this.targetRegistry = targetRegistry;
        this.probe = probe;
        this.restoreDataChecks = restoreDataChecks;
        this.alerts = alerts;
        this.clock = clock;
        this.patience = patience;
    }

    /**
     * Fails with HEALTH_BAD if it does not become well in time, or as {@link RestoreDataChecks#afterWriting} does. After a provider's
     * restore nothing can be put back, so that it raises an alert instead, and the restore goes on.
     */
    void await(Restore restore, Lease lease) {
        if (restore.kind() == RestoreKind.REWIND) {
            awaitRewound(restore, lease);
            return;
        }
        refuseMissing(restore);
        List<CheckResult> checks = restore.kind() == RestoreKind.IN_PLACE
                ? restoreDataChecks.afterWriting(restore, lease)
                : restore.account().checks();
        String said = asked(restore, lease);
        lease.commit(session -> restoreRepository.change(session, restore.id(), it -> {
            it.account().checked(checks);
            it.note(said);
            it.enter(RestoreState.MAINTENANCE_OFF, clock.instant());
        }));
    }

    private String asked(Restore restore, Lease lease) {
        return targetRegistry
                .config(restore.source().name())
                .health()
                .map(url -> "the application is well: " + healthy(restore, url, lease))
                .orElse("the source has no health probe");
    }

    private void awaitRewound(Restore restore, Lease lease) {
        try {
            String said = asked(restore, lease);
            lease.commit(session -> restoreRepository.change(session, restore.id(), it -> over(it, said)));
        } catch (HoldfastException e) {
            lease.ensureHeld();
            String trouble = e.reason().message()
                    + ". Supabase does not undo its restore, so nothing is put back; the state before is in the safety"
                    + " backup: " + RewindLines.commands(restore);
            lease.commit(session -> restoreRepository
                    .change(session, restore.id(), it -> over(it, trouble))
                    .call(it -> alerts.raise(
                            session, it, "restore-not-rolled-back", AlertEvent.Severity.CRITICAL, trouble)));
        }
    }

    private void over(Restore restore, String said) {
        restore.note(said);
        restore.enter(RestoreState.MAINTENANCE_OFF, clock.instant());
    }

    private void refuseMissing(Restore restore) {
        if (restore.kind() == RestoreKind.OVERWRITE) {
            return; // it was read a moment ago, and has no other name
        }
        try (TargetServer target = targetRegistry.of(restore.server())) {
            Optional<Long> oid = target.oid(restore.database());
            boolean right = restore.kind() == RestoreKind.REPLACE
                    ? oid.filter(found -> found == restore.switching().stagingOid())
                            .isPresent()
                    : oid.isPresent();
            if (!right) {
                throw HoldfastException.about(
                        restore.database(),
                        FailureCode.TARGET_CHANGED,
                        "database \"" + restore.database()
                                + "\" is no longer the restored one; was it dropped or renamed?");
            }
        }
    }

    private String healthy(Restore restore, URI url, Lease lease) {
        Instant deadline = clock.instant().plus(patience);
        while (true) {
            HealthResult result = probe.ask(url);
            if (result.ok()) {
                return result.detail();
            }
            if (!clock.instant().isBefore(deadline)) {
                throw HoldfastException.about(
                        restore.source().name(),
                        FailureCode.HEALTH_BAD,
                        "the application of source \"" + restore.source().name()
                                + "\" is not well with the restored database: " + result.detail());
            }
            LockSupport.parkNanos(PAUSE.toNanos());
            lease.ensureHeld();
        }
    }
}
