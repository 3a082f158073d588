package io.holdfast.backup.retention;

import io.holdfast.backup.catalog.BackupRepository;
import io.holdfast.backup.catalog.BackupState;
import io.holdfast.backup.catalog.Deletions;
import io.holdfast.backup.retention.plan.RetentionDecision;
import io.holdfast.backup.retention.plan.RetentionPlan;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceRef;
import io.holdfast.eventing.jobs.JobOutage;
import io.holdfast.vault.Vault;
import io.holdfast.vault.status.BackupStatus;
import io.holdfast.vault.status.BackupStatusReader;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The deletions of one run, oldest first. Each one is decided again just before, because a hold, a reader or a verdict may
 * have come meanwhile, and is refused if the vault contradicts the catalog.
 */
final class PlannedDeletions {
    private static final Logger LOG = Logger.getLogger(PlannedDeletions.class);
    private static final String BY = "retention";

    /** Reading them costs five listings and some proofs. */
    private static final Duration STANDINGS_FOR = Duration.ofMinutes(1);

    private final SourceRef source;
    private final Vault vault;
    private final Supplier<RetentionPlan> planNow;
    private final BackupRepository backupRepository;
    private final RetentionTransactions transactions;
    private final InstantSource clock;

    private final Set<BackupId> deleted = new LinkedHashSet<>();
    private final Map<BackupId, String> failures = new LinkedHashMap<>();
    private final Map<BackupId, String> kept = new LinkedHashMap<>();
    private int remaining;

    /** The state of the backups in the vault, with the time at which it was read. */
    private record Standings(BackupStatusReader reader, Optional<BackupId> newestProven, Instant readAt) {}

    private @Nullable Standings standings;

    PlannedDeletions(
            SourceRef source,
            Vault vault,
            Supplier<RetentionPlan> planNow,
            BackupRepository backupRepository,
            RetentionTransactions transactions,
            InstantSource clock) {
        this.source = source;
        this.vault = vault;
        this.planNow = planNow;
        this.backupRepository = backupRepository;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** @param deadline after which the rest is left to another run; null: none */
    RetentionReport run(RetentionPlan plan, @Nullable Instant deadline) {
        String outage = null;
        for (RetentionDecision decision : plan.deletions()) {
            BackupId id = decision.backup().id();
            if (outage != null) {
                failures.put(id, outage); // the vault does not answer: one attempt is enough
            } else if (deadline != null && clock.instant().isAfter(deadline)) {
                remaining++;
            } else {
                outage = attempt(decision);
            }
        }
        return new RetentionReport(source, false, corrected(plan), false, deleted, failures, remaining);
    }

    /** Returns the failure if it is an outage of the vault, which all others would meet too. */
    private @Nullable String attempt(RetentionDecision planned) {
        BackupId id = planned.backup().id();
        try {
            String objection = objection(id);
            if (objection != null) {
                kept.put(id, objection);
            } else {
                delete(id, planned.because());
                deleted.add(id);
            }
            return null;
        } catch (HoldfastException e) {
            return failed(id, e);
        }
    }

    private @Nullable String failed(BackupId id, HoldfastException e) {
        if (e.code() == FailureCode.LEASE_LOST || e.code() == FailureCode.CANCELLED) {
            throw e;
        }
        if (e.code() == FailureCode.REQUEST_CONFLICT) { // such as a hold that came meanwhile
            kept.put(id, e.reason().message());
            return null;
        }
        String why = "backup " + id + ": " + e.reason().message();
        LOG.warnf("retention of source %s: %s [%s]", source.name(), why, e.code());
        failures.put(id, why);
        return JobOutage.isOfVault(e) ? why : null;
    }

    private @Nullable String objection(BackupId id) {
        RetentionDecision now = planNow.get().of(id).orElse(null);
        if (now == null) {
            return "no longer in the vault";
        }
        if (!now.deletes()) {
            return now.because();
        }
        if (standings().newestProven().filter(id::equals).isPresent()) {
            return "newest proven backup of the source in the vault";
        }
        boolean unknownProof = now.backup().state() != BackupState.PROVEN && isProven(id);
        return unknownProof ? "the vault has a proof that the catalog does not know yet" : null;
    }

    /** Read again in a long run: the newest proven backup may have been found damaged meanwhile. */
    private Standings standings() {
        Standings known = standings;
        Instant now = clock.instant();
        if (known == null || now.isAfter(known.readAt().plus(STANDINGS_FOR))) {
            BackupStatusReader reader = vault.standings(source.id());
            known = new Standings(reader, reader.newestProven(), now);
            standings = known;
        }
        return known;
    }

    private boolean isProven(BackupId id) {
        try {
            return standings().reader().of(id) == BackupStatus.PROVEN;
        } catch (HoldfastException e) {
            if (e.code() != FailureCode.MANIFEST_MISSING) {
                throw e;
            }
            return false;
        }
    }

    private void delete(BackupId id, String because) {
        Instant at = Deletions.tombstone(vault, source.id(), id, BY, because, clock);
        transactions.commit(session -> backupRepository.deleted(session, id, BY, at));
    }

    private RetentionPlan corrected(RetentionPlan plan) {
        return new RetentionPlan(
                plan.decisions().stream()
                        .map(decision -> kept.containsKey(decision.backup().id())
                                ? RetentionDecision.keep(
                                        decision.backup(),
                                        kept.getOrDefault(decision.backup().id(), ""))
                                : decision)
                        .toList(),
                plan.suspended());
    }
}
