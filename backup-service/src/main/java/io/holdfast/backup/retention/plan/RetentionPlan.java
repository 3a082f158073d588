package io.holdfast.backup.retention.plan;

import io.holdfast.contracts.BackupId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A decision on each backup of a source, newest first.
 *
 * @param suspended why nothing is deleted; null if the policy is applied
 */
public record RetentionPlan(
        List<RetentionDecision> decisions, @Nullable String suspended) {
    public RetentionPlan {
        decisions = List.copyOf(decisions);
    }

    /** The same plan without deletions, for a reason that does not come from the policy. */
    public RetentionPlan suspended(String why) {
        return withheld("retention is suspended", why);
    }

    /** The same plan without deletions. */
    public RetentionPlan withheld(String shortReason, String why) {
        return new RetentionPlan(
                decisions.stream()
                        .map(decision -> decision.withheld(shortReason))
                        .toList(),
                why);
    }

    /** Oldest first. */
    public List<RetentionDecision> deletions() {
        return decisions.stream().filter(RetentionDecision::deletes).toList().reversed();
    }

    public Optional<RetentionDecision> of(BackupId backup) {
        return decisions.stream()
                .filter(decision -> decision.backup().id().equals(backup))
                .findFirst();
    }
}
