package io.holdfast.backup.retention;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.backup.catalog.BackupState;
import io.holdfast.backup.retention.plan.RetentionCandidate;
import io.holdfast.backup.retention.plan.RetentionDecision;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupKind;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decision on one backup, as REST shows it.
 *
 * @param takenAt instant of the snapshot
 * @param outcome what a real run did; absent in a plan
 * @param failure why the backup could not be deleted
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record RetentionItem(
        BackupId backup,
        Instant takenAt,
        BackupState state,
        BackupKind kind,
        List<String> labels,
        RetentionDecision.Action action,
        String because,
        @Nullable Outcome outcome,
        @Nullable String failure) {

    /** The result for a backup that the plan deletes. REMAINING: the next run deletes it. */
    enum Outcome {
        DELETED,
        FAILED,
        REMAINING
    }

    static RetentionItem planned(RetentionDecision decision) {
        return of(decision, null, null);
    }

    static RetentionItem of(RetentionDecision decision, RetentionReport report) {
        BackupId id = decision.backup().id();
        String failure = report.failures().get(id);
        if (report.dryRun() || !decision.deletes()) {
            return planned(decision);
        }
        Outcome outcome =
                failure != null ? Outcome.FAILED : report.deleted().contains(id) ? Outcome.DELETED : Outcome.REMAINING;
        return of(decision, outcome, failure);
    }

    private static RetentionItem of(RetentionDecision decision, @Nullable Outcome outcome, @Nullable String failure) {
        RetentionCandidate backup = decision.backup();
        return new RetentionItem(
                backup.id(),
                backup.takenAt(),
                backup.state(),
                backup.kind(),
                backup.labels(),
                decision.action(),
                decision.because(),
                outcome,
                failure);
    }
}
