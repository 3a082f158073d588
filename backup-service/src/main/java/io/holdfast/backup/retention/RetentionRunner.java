package io.holdfast.backup.retention;

import io.holdfast.backup.catalog.BackupRepository;
import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.source.RetiredSource;
import io.holdfast.backup.vault.PinnedVault;
import io.holdfast.contracts.SourceRef;
import io.holdfast.eventing.config.LiveConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Applies the policy of a source to its backups. A run that dies leaves complete deletions behind: each one is in the vault
 * and published by itself, and the next run does the rest. Calls block.
 */
@ApplicationScoped
class RetentionRunner {
    private static final Logger LOG = Logger.getLogger(RetentionRunner.class);

    private final LiveConfig config;
    private final RetentionCandidates candidates;
    private final PolicyAcceptance acceptance;
    private final RetentionRuns runs;
    private final RetentionLock lock;
    private final RetentionMetrics metrics;
    private final PinnedVault vaults;
    private final BackupRepository backupRepository;
    private final InstantSource clock;

    RetentionRunner(
            LiveConfig config,
            RetentionCandidates candidates,
            PolicyAcceptance acceptance,
            RetentionRuns runs,
            RetentionLock lock,
            RetentionMetrics metrics,
            PinnedVault vaults,
            BackupRepository backupRepository,
            InstantSource clock) {
        this.config = config;
        this.candidates = candidates;
        this.acceptance = acceptance;
        this.runs = runs;
        this.lock = lock;
        this.metrics = metrics;
        this.vaults = vaults;
        this.backupRepository = backupRepository;
        this.clock = clock;
    }

    /** A run for a request. */
    record Order(
            String requestedBy, boolean byHand, @Nullable Instant deadline) {
        static final Order OF_JOB = new Order("retention", false, null);
    }

    RetentionPolicy policy(ProtectedSource source) {
        return RetentionPolicy.of(source.config(), config.current().platform().hold());
    }

    /** Decides, and changes nothing. */
    RetentionReport dryRun(ProtectedSource source) {
        RetentionPolicy policy = policy(source);
        Planned planned = planned(source.ref(), policy);
        return RetentionReport.planned(source.ref(), true, planned.plan(), planned.waits());
    }

    /**
     * Decides and deletes.
     *
     * @return empty if another run of the source is in progress
     * @throws io.holdfast.contracts.HoldfastException if the vault cannot be opened; nothing was deleted then
     */
    Optional<RetentionReport> run(ProtectedSource source, Order order, RetentionTransactions transactions) {
        return lock.exclusively(source.ref().id(), () -> exclusive(source, order, transactions));
    }

    /**
     * Deletes the backups of a retired source, {@code retention.retired} after its retirement.
     *
     * @return empty if another run of the source is in progress
     */
    Optional<RetentionReport> run(RetiredSource source, RetentionTransactions transactions) {
        Optional<Duration> kept = config.current().retention().retired();
        if (kept.isEmpty() || clock.instant().isBefore(source.retiredAt().plus(kept.get()))) {
            RetentionPlan nothing = new RetentionPlan(List.of(), null);
            return Optional.of(RetentionReport.planned(source.ref(), false, nothing, false));
        }
        return lock.exclusively(source.ref().id(), () -> {
            Instant startedAt = clock.instant();
            Supplier<RetentionPlan> plan =
                    () -> Retention.ofRetired(candidates.of(source.ref().id(), clock.instant()), kept.get());
            RetentionPlan first = plan.get();
            RetentionReport report = first.deletions().isEmpty()
                    ? RetentionReport.planned(source.ref(), false, first, false)
                    : new PlannedDeletions(source.ref(), vaults.open(), plan, backupRepository, transactions, clock)
                            .run(first, null);
            completed(report, Order.OF_JOB, startedAt);
            return report;
        });
    }

    private RetentionReport exclusive(ProtectedSource source, Order order, RetentionTransactions transactions) {
        Instant startedAt = clock.instant();
        SourceRef ref = source.ref();
        RetentionPolicy policy = policy(source);
        Planned planned = planned(ref, policy);
        if (!planned.suspended()) {
            acceptance.settle(ref, policy, planned.waitsFor(), RetentionGuard.proven(planned.plan()));
        }
        RetentionPlan plan = planned.plan();
        RetentionReport report = plan.deletions().isEmpty()
                ? RetentionReport.planned(ref, false, plan, planned.waits())
                : new PlannedDeletions(
                                ref,
                                vaults.open(),
                                () -> planned(ref, policy).plan(),
                                backupRepository,
                                transactions,
                                clock)
                        .run(plan, order.deadline());
        completed(report, order, startedAt);
        return report;
    }

    /**
     * A plan with regard to suspension and acceptance.
     *
     * @param waitsFor the proven backups for whose sake the policy waits for acceptance
     */
    private record Planned(RetentionPlan plan, boolean suspended, List<RetentionCandidate> waitsFor) {
        boolean waits() {
            return !waitsFor.isEmpty();
        }
    }

    private Planned planned(SourceRef source, RetentionPolicy policy) {
        Instant now = clock.instant();
        List<RetentionCandidate> backups = candidates.of(source.id(), now);
        RetentionPlan plan = Retention.plan(backups, policy, now);
        if (plan.suspended() != null) {
            return new Planned(plan, true, List.of());
        }
        List<RetentionCandidate> waitsFor = acceptance.waitsFor(source.id(), policy, plan, now);
        return waitsFor.isEmpty()
                ? new Planned(plan, false, waitsFor)
                : new Planned(
                        plan.withheld(
                                "the changed policy waits for acceptance",
                                "the changed policy would delete " + waitsFor.size() + " of "
                                        + RetentionGuard.proven(plan) + " proven backups and waits for acceptance:"
                                        + " holdfast retention " + source.name() + " --accept"),
                        false,
                        waitsFor);
    }

    private void completed(RetentionReport report, Order order, Instant startedAt) {
        SourceRef source = report.source();
        List<String> failures = new ArrayList<>(report.failures().values());
        runs.completed(
                new RetentionRun(
                        UUID.randomUUID(),
                        source,
                        order.requestedBy(),
                        startedAt,
                        clock.instant(),
                        report.kept(),
                        report.deleted().size(),
                        failures.size(),
                        report.bytes(),
                        report.deletedInOrder(),
                        failures,
                        report.plan().suspended()),
                order.byHand());
        metrics.deleted(source, report.deleted().size());
        if (!report.deleted().isEmpty() || !failures.isEmpty()) {
            LOG.infof(
                    "retention of source %s: %d backups deleted, %d kept, %d failed",
                    source.name(), report.deleted().size(), report.kept(), failures.size());
        }
    }
}
