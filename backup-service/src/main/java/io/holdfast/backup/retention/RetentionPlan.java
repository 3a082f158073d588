package io.holdfast.backup.retention;

import io.holdfast.contracts.BackupId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A decision on each backup of a source, newest first.
 *
 * @param suspended why nothing is deleted; null if the policy is applied
 */
record RetentionPlan(
        List<RetentionDecision> decisions, @Nullable String suspended) {
    RetentionPlan {
        decisions = List.copyOf(decisions);
    }

    /** The same plan without deletions. */
    RetentionPlan withheld(String shortReason, String why) {
        return new RetentionPlan(
                decisions.stream()
                        .map(decision -> decision.withheld(shortReason))
                        .toList(),
                why);
    }

    /** Oldest first. */
    List<RetentionDecision> deletions() {
        return decisions.stream().filter(RetentionDecision::deletes).toList().reversed();
    }

    Optional<RetentionDecision> of(BackupId backup) {
        return decisions.stream()
                .filter(decision -> decision.backup().id().equals(backup))
                .findFirst();
    }
}
