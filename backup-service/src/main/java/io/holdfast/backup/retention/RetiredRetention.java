package io.holdfast.backup.retention;

import io.holdfast.backup.catalog.BackupRepository;
import io.holdfast.backup.retention.plan.Retention;
import io.holdfast.backup.retention.plan.RetentionPlan;
import io.holdfast.backup.source.RetiredSource;
import io.holdfast.backup.source.SourceRegistry;
import io.holdfast.backup.vault.PinnedVault;
import io.holdfast.contracts.SourceRef;
import io.holdfast.eventing.config.LiveConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Deletes the backups of retired sources, {@code retention.retired} after their retirement. Calls block. */
@ApplicationScoped
class RetiredRetention {
    private static final String COMES_BACK = "the source is not retired, or not for long enough";

    private final LiveConfig config;
    private final SourceRegistry sources;
    private final RetentionCandidates candidates;
    private final DeletionSafeguards safeguards;
    private final RetentionLock lock;
    private final RetentionJournal journal;
    private final PinnedVault vaults;
    private final BackupRepository backupRepository;
    private final InstantSource clock;

    RetiredRetention(
            LiveConfig config,
            SourceRegistry sources,
            RetentionCandidates candidates,
            DeletionSafeguards safeguards,
            RetentionLock lock,
            RetentionJournal journal,
            PinnedVault vaults,
            BackupRepository backupRepository,
            InstantSource clock) {
        this.config = config;
        this.sources = sources;
        this.candidates = candidates;
        this.safeguards = safeguards;
        this.lock = lock;
        this.journal = journal;
        this.vaults = vaults;
        this.backupRepository = backupRepository;
        this.clock = clock;
    }

    /**
     * Decides and deletes.
     *
     * @return empty if another run of the source is in progress
     */
    Optional<RetentionReport> run(RetiredSource source, RetentionTransactions transactions) {
        Optional<Duration> kept = config.current().retention().retired();
        if (kept.isEmpty() || clock.instant().isBefore(source.retiredAt().plus(kept.get()))) {
            RetentionPlan nothing = new RetentionPlan(List.of(), null);
            return Optional.of(RetentionReport.planned(source.ref(), false, nothing, false));
        }
        return lock.exclusively(source.ref().id(), () -> exclusive(source.ref(), kept.get(), transactions));
    }

    private RetentionReport exclusive(SourceRef source, Duration kept, RetentionTransactions transactions) {
        Instant startedAt = clock.instant();
        String decidedBy = safeguards.configuration();
        RetentionPlan plan = plan(source, kept, decidedBy);
        RetentionReport report = plan.deletions().isEmpty()
                ? RetentionReport.planned(source, false, plan, false)
                : new PlannedDeletions(
                                source,
                                vaults.open(),
                                () -> plan(source, kept, decidedBy),
                                backupRepository,
                                transactions,
                                clock)
                        .run(plan, null);
        journal.completed(report, RetentionRunner.Order.OF_JOB, startedAt);
        return report;
    }

    /** The catalog is asked: another replica may have taken the source back. */
    private RetentionPlan plan(SourceRef source, Duration kept, @Nullable String decidedBy) {
        Instant now = clock.instant();
        RetentionPlan plan = Retention.ofRetired(candidates.of(source.id(), now), kept);
        boolean due = sources.retiredAt(source.id())
                .filter(retiredAt -> !now.isBefore(retiredAt.plus(kept)))
                .isPresent();
        return (due ? safeguards.objection(decidedBy, now) : Optional.of(COMES_BACK))
                .map(plan::suspended)
                .orElse(plan);
    }
}
