package io.holdfast.restore.api;

import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.domain.RestoreApproval;
import io.holdfast.restore.domain.RestoreDetails;
import io.holdfast.restore.domain.RestoreKind;
import io.holdfast.restore.domain.RestorePlan;
import io.holdfast.restore.domain.RestoreState;
import io.holdfast.restore.domain.RestoreStep;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.CheckResult;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.JobProgressed;
import io.holdfast.contracts.RestoreId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.engine.inplace.InPlaceDiff;
import io.holdfast.engine.inplace.InPlaceWriteResult;
import io.holdfast.restore.maintenance.MonitorState;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A restore as REST shows it.
 *
 * @param completedAt when whoever asked for it had it; it may be watched for a while after that
 * @param keptUntil until when what it replaced is kept, for a rollback in seconds
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record RestoreView(
        RestoreId id,
        SourceRef source,
        RestoreKind kind,
        String requestedBy,
        @Nullable BackupId backupId,
        String database,
        RestoreState state,
        Instant requestedAt,
        @Nullable Instant startedAt,
        @Nullable Instant completedAt,
        @Nullable Instant endedAt,
        @Nullable Instant snapshotAt,
        @Nullable Integer tables,
        @Nullable Long rows,
        @Nullable Long bytes,
        @Nullable FailureReason reason,
        List<StepView> steps,
        @Nullable RestorePlan plan,
        @Nullable ApprovalView approval,
        List<CheckResult> checks,
        @Nullable InPlaceDiff difference,
        @Nullable InPlaceWriteResult writes,
        @Nullable InPlaceDiff differenceAfter,
        @Nullable String safety,
        @Nullable BackupId safetyBackupId,
        @Nullable Instant keptUntil,
        @Nullable MonitorState watch,
        @Nullable JobProgressed progress) {

    static RestoreView of(Restore it, @Nullable JobProgressed progress) {
        boolean completed = it.completedAt() != null;
        RestoreDetails restoreDetails = it.account();
        return new RestoreView(
                it.id(),
                it.source(),
                it.kind(),
                it.wish().by(),
                it.backupId(),
                it.database(),
                it.state(),
                it.requestedAt(),
                it.startedAt(),
                it.completedAt(),
                it.endedAt(),
                it.snapshotAt(),
                completed ? it.tables() : null,
                completed ? it.rows() : null,
                completed ? it.bytes() : null,
                it.reason(),
                it.steps().stream().map(StepView::of).toList(),
                restoreDetails.plan(),
                ApprovalView.of(it.approval()),
                restoreDetails.checks(),
                restoreDetails.difference(),
                restoreDetails.writes(),
                restoreDetails.after(),
                restoreDetails.safety(),
                restoreDetails.safetyBackup(),
                it.keeps() ? it.switching().keptUntil() : null,
                restoreDetails.watch(),
                it.state().isFinished() ? null : progress);
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record StepView(
            String name,
            Instant startedAt,
            @Nullable Instant endedAt,
            @Nullable String detail) {
        static StepView of(RestoreStep step) {
            return new StepView(step.name(), step.startedAt(), step.endedAt(), step.detail());
        }
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ApprovalView(
            @Nullable Instant expiresAt,
            @Nullable String by,
            @Nullable Instant at) {
        static @Nullable ApprovalView of(@Nullable RestoreApproval approval) {
            return approval == null ? null : new ApprovalView(approval.expiresAt(), approval.by(), approval.at());
        }
    }
}
