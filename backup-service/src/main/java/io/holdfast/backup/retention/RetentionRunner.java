package io.holdfast.backup.retention;

import io.holdfast.backup.catalog.BackupRepository;
import io.holdfast.backup.retention.plan.Retention;
import io.holdfast.backup.retention.plan.RetentionCandidate;
import io.holdfast.backup.retention.plan.RetentionGuard;
import io.holdfast.backup.retention.plan.RetentionPlan;
import io.holdfast.backup.retention.plan.RetentionPolicy;
import io.holdfast.backup.source.ProtectedSource;
import io.holdfast.backup.vault.PinnedVault;
import io.holdfast.contracts.SourceRef;
import io.holdfast.eventing.config.LiveConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Applies the policy of a source to its backups. A run that dies leaves complete deletions behind: each one is in the vault
 * and published by itself, and the next run does the rest. Calls block.
 */
@ApplicationScoped
class RetentionRunner {
    private final LiveConfig config;
    private final RetentionCandidates candidates;
    private final PolicyAcceptance acceptance;
    private final DeletionSafeguards safeguards;
    private final RetentionLock lock;
    private final RetentionJournal journal;
    private final PinnedVault vaults;
    private final BackupRepository backupRepository;
    private final InstantSource clock;

    RetentionRunner(
            LiveConfig config,
            RetentionCandidates candidates,
            PolicyAcceptance acceptance,
            DeletionSafeguards safeguards,
            RetentionLock lock,
            RetentionJournal journal,
            PinnedVault vaults,
            BackupRepository backupRepository,
            InstantSource clock) {
        this.config = config;
        this.candidates = candidates;
        this.acceptance = acceptance;
        this.safeguards = safeguards;
        this.lock = lock;
        this.journal = journal;
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
        Planned planned = planned(source.ref(), policy, safeguards.configuration());
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

    private RetentionReport exclusive(ProtectedSource source, Order order, RetentionTransactions transactions) {
        Instant startedAt = clock.instant();
        SourceRef ref = source.ref();
        RetentionPolicy policy = policy(source);
        String decidedBy = safeguards.configuration();
        Planned planned = planned(ref, policy, decidedBy);
        if (!planned.suspended()) {
            acceptance.settle(ref, policy, planned.waitsFor(), RetentionGuard.proven(planned.plan()));
        }
        RetentionPlan plan = planned.plan();
        RetentionReport report = plan.deletions().isEmpty()
                ? RetentionReport.planned(ref, false, plan, planned.waits())
                : new PlannedDeletions(
                                ref,
                                vaults.open(),
                                () -> planned(ref, policy, decidedBy).plan(),
                                backupRepository,
                                transactions,
                                clock)
                        .run(plan, order.deadline());
        journal.completed(report, order, startedAt);
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

    /** @param decidedBy the configuration at the begin of the run */
    private Planned planned(SourceRef source, RetentionPolicy policy, @Nullable String decidedBy) {
        Instant now = clock.instant();
        List<RetentionCandidate> backups = candidates.of(source.id(), now);
        Optional<String> objection = safeguards.objection(decidedBy, now);
        if (objection.isPresent()) {
            RetentionPlan plan = Retention.unsuspended(backups, policy, now);
            return new Planned(plan.suspended(objection.get()), true, List.of());
        }
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
}
