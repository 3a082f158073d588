package io.holdfast.backup.retention.plan;

import static io.holdfast.config.Durations.format;

import io.holdfast.backup.catalog.BackupState;
import io.holdfast.contracts.BackupId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * The rules of retention. Pure. A backup is kept if any rule keeps it. Only proven backups that are no safety backups count
 * for tiers and for {@code at-least}, so that no other backup displaces one of them.
 */
public final class Retention {
    private final RetentionPolicy policy;
    private final Instant now;

    /** Backups that count, by id: 0 is the newest. */
    private final Map<BackupId, Integer> ranks = new HashMap<>();

    /** The newest backup that counts, by period. */
    private final Map<String, RetentionCandidate> newestOf = new HashMap<>();

    private Retention(List<RetentionCandidate> newestFirst, RetentionPolicy policy, Instant now) {
        this.policy = policy;
        this.now = now;
        newestFirst.stream().filter(RetentionCandidate::counts).forEach(backup -> {
            ranks.put(backup.id(), ranks.size());
            policy.tiers().keySet().forEach(tier -> newestOf.putIfAbsent(period(tier, backup), backup));
        });
    }

    /**
     * Decides on each backup, and deletes nothing while the source has had no proven backup within {@code 2 × rpo} or the
     * clock is behind the newest backup.
     */
    public static RetentionPlan plan(List<RetentionCandidate> backups, RetentionPolicy policy, Instant now) {
        RetentionPlan plan = unsuspended(backups, policy, now);
        return suspension(backups, policy, now).map(plan::suspended).orElse(plan);
    }

    /**
     * The plan of a retired source whose backups were kept for long enough: the newest proven backup stays, and what is held
     * or read. That one is deleted by hand.
     */
    public static RetentionPlan ofRetired(List<RetentionCandidate> backups, Duration kept) {
        List<RetentionCandidate> newestFirst =
                backups.stream().sorted(RetentionCandidate.NEWEST_FIRST).toList();
        Optional<RetentionCandidate> newestProven =
                newestFirst.stream().filter(RetentionCandidate::counts).findFirst();
        return new RetentionPlan(
                newestFirst.stream()
                        .map(backup -> {
                            if (backup.heldBy() != null) {
                                return RetentionDecision.keep(backup, "held by " + backup.heldBy());
                            }
                            if (backup.reader() != null) {
                                return RetentionDecision.keep(backup, backup.reader() + " reads it");
                            }
                            return newestProven.filter(backup::equals).isPresent()
                                    ? RetentionDecision.keep(backup, "newest proven backup of the source")
                                    : RetentionDecision.delete(
                                            backup, "the source is retired for more than " + format(kept));
                        })
                        .toList(),
                null);
    }

    /** The same plan, without regard to suspension: what the policy says of each backup. */
    public static RetentionPlan unsuspended(List<RetentionCandidate> backups, RetentionPolicy policy, Instant now) {
        List<RetentionCandidate> newestFirst =
                backups.stream().sorted(RetentionCandidate.NEWEST_FIRST).toList();
        Retention rules = new Retention(newestFirst, policy, now);
        return new RetentionPlan(newestFirst.stream().map(rules::decide).toList(), null);
    }

    private static Optional<String> suspension(List<RetentionCandidate> backups, RetentionPolicy policy, Instant now) {
        Optional<Instant> newest =
                backups.stream().map(RetentionCandidate::takenAt).max(Instant::compareTo);
        if (newest.filter(now::isBefore).isPresent()) {
            return Optional.of("the clock (" + now + ") is behind the newest backup (" + newest.get()
                    + "); correct the clock of this host or of the database server");
        }
        Duration limit = policy.rpo().multipliedBy(2);
        boolean recent = backups.stream()
                .filter(RetentionCandidate::counts)
                .anyMatch(backup -> younger(backup.takenAt(), limit, now));
        return recent
                ? Optional.empty()
                : Optional.of("no backup of the last " + format(limit)
                        + " (2 × rpo) is proven; look for failed backups and verifications");
    }

    private RetentionDecision decide(RetentionCandidate backup) {
        String reason = keepReason(backup);
        return reason == null
                ? RetentionDecision.delete(backup, deleteReason(backup))
                : RetentionDecision.keep(backup, reason);
    }

    private @Nullable String keepReason(RetentionCandidate backup) {
        if (backup.heldBy() != null) {
            return "held by " + backup.heldBy();
        }
        if (backup.reader() != null) {
            return backup.reader() + " reads it";
        }
        String reason = backup.counts() ? provenReason(backup) : uncountedReason(backup);
        return reason != null ? reason : labelReason(backup);
    }

    private @Nullable String provenReason(RetentionCandidate backup) {
        int rank = ranks.getOrDefault(backup.id(), Integer.MAX_VALUE);
        if (rank == 0) {
            return "newest proven backup of the source";
        }
        if (younger(backup.takenAt(), policy.all(), now)) {
            return "younger than all: " + format(policy.all());
        }
        if (rank < policy.atLeast()) {
            return "one of the " + policy.atLeast() + " newest proven backups (at-least)";
        }
        return policy.tiers().entrySet().stream()
                .filter(tier -> younger(backup.takenAt(), tier.getValue(), now))
                .filter(tier -> isNewestOf(tier.getKey(), backup))
                .map(tier -> "newest proven backup of " + period(tier.getKey(), backup) + " ("
                        + tier.getKey().key() + ": " + format(tier.getValue()) + ")")
                .findFirst()
                .orElse(null);
    }

    /** Of a safety backup, or one that is not proven. */
    private @Nullable String uncountedReason(RetentionCandidate backup) {
        Duration limit = uncountedLimit(backup);
        return younger(uncountedSince(backup), limit, now)
                ? (backup.isSafety() ? "safety backup" : "not proven") + ", younger than " + format(limit)
                : null;
    }

    private Duration uncountedLimit(RetentionCandidate backup) {
        Duration usual = backup.state() == BackupState.PROVEN ? policy.all() : policy.unproven();
        return backup.isSafety() && policy.safety().compareTo(usual) > 0 ? policy.safety() : usual;
    }

    private static Instant uncountedSince(RetentionCandidate backup) {
        return backup.state() == BackupState.PROVEN ? backup.takenAt() : backup.unprovenSince();
    }

    private @Nullable String labelReason(RetentionCandidate backup) {
        return policy.labels().entrySet().stream()
                .filter(label -> backup.labels().contains(label.getKey()))
                .filter(label -> younger(backup.takenAt(), label.getValue(), now))
                .map(label -> "label " + label.getKey() + ", younger than " + format(label.getValue()))
                .findFirst()
                .orElse(null);
    }

    private String deleteReason(RetentionCandidate backup) {
        if (!backup.counts()) {
            return (backup.isSafety() ? "safety backup" : "not proven") + ", older than "
                    + format(uncountedLimit(backup));
        }
        StringJoiner why = new StringJoiner("; ").add("older than all: " + format(policy.all()));
        policy.tiers()
                .forEach((tier, limit) -> why.add(
                        younger(backup.takenAt(), limit, now)
                                ? period(tier, backup) + " has a newer proven backup"
                                : "older than " + tier.key() + ": " + format(limit)));
        policy.labels().forEach((label, limit) -> {
            if (backup.labels().contains(label)) {
                why.add("older than label " + label + ": " + format(limit));
            }
        });
        return why.toString();
    }

    private boolean isNewestOf(RetentionTier tier, RetentionCandidate backup) {
        return backup.equals(newestOf.get(period(tier, backup)));
    }

    private String period(RetentionTier tier, RetentionCandidate backup) {
        return tier.period(backup.takenAt().atZone(policy.zone()));
    }

    static boolean younger(Instant at, Duration limit, Instant now) {
        return at.isAfter(now.minus(limit));
    }
}
