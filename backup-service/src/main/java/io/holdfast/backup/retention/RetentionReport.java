package io.holdfast.backup.retention;

import io.holdfast.backup.retention.plan.RetentionCandidate;
import io.holdfast.backup.retention.plan.RetentionDecision;
import io.holdfast.backup.retention.plan.RetentionPlan;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.SourceRef;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one run decided and did.
 *
 * @param plan decisions, corrected where a backup was kept after all
 * @param waiting whether a changed policy waits for acceptance
 * @param deleted backups with a new tombstone; empty for a dry run
 * @param failures why a backup could not be deleted, by its id
 * @param remaining backups that are left to the next run, because the time of this one was over
 */
record RetentionReport(
        SourceRef source,
        boolean dryRun,
        RetentionPlan plan,
        boolean waiting,
        Set<BackupId> deleted,
        Map<BackupId, String> failures,
        int remaining) {

    static RetentionReport planned(SourceRef source, boolean dryRun, RetentionPlan plan, boolean waiting) {
        return new RetentionReport(source, dryRun, plan, waiting, Set.of(), Map.of(), 0);
    }

    int toDelete() {
        return plan.deletions().size();
    }

    int kept() {
        return plan.decisions().size() - toDelete();
    }

    /** Stored bytes of the deleted backups; of a dry run, of those that would be deleted. */
    long bytes() {
        return plan.deletions().stream()
                .map(RetentionDecision::backup)
                .filter(backup -> dryRun || deleted.contains(backup.id()))
                .mapToLong(RetentionCandidate::storedBytes)
                .sum();
    }

    List<BackupId> deletedInOrder() {
        return plan.deletions().stream()
                .map(decision -> decision.backup().id())
                .filter(deleted::contains)
                .toList();
    }
}
