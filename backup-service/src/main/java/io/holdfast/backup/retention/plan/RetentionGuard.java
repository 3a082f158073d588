package io.holdfast.backup.retention.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The limit of what a changed policy may delete without acceptance. Pure. */
public final class RetentionGuard {
    private static final Duration YOUNG = Duration.ofDays(1);

    private RetentionGuard() {}

    /**
     * Returns the proven backups that the plan deletes, if they are more than {@code guard} of the source's proven backups or
     * one of them is younger than a day; else nothing.
     *
     * @param plan without regard to suspension
     */
    public static List<RetentionCandidate> breach(RetentionPlan plan, RetentionPolicy policy, Instant now) {
        List<RetentionCandidate> deleted = plan.decisions().stream()
                .filter(RetentionDecision::deletes)
                .map(RetentionDecision::backup)
                .filter(RetentionCandidate::counts)
                .toList();
        long share = 100L * deleted.size();
        boolean young = deleted.stream().anyMatch(backup -> Retention.younger(backup.takenAt(), YOUNG, now));
        return young || share > (long) policy.guard() * proven(plan) ? deleted : List.of();
    }

    public static long proven(RetentionPlan plan) {
        return plan.decisions().stream()
                .map(RetentionDecision::backup)
                .filter(RetentionCandidate::counts)
                .count();
    }
}
