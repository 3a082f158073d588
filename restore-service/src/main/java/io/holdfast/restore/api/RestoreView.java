package io.holdfast.restore.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.CheckResult;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.JobProgressed;
import io.holdfast.contracts.LiveData;
import io.holdfast.contracts.RestoreId;
import io.holdfast.contracts.SourceRef;
import io.holdfast.engine.inplace.Checkpoint;
import io.holdfast.engine.inplace.InPlaceDiff;
import io.holdfast.engine.inplace.InPlaceWriteResult;
import io.holdfast.restore.domain.Restore;
import io.holdfast.restore.domain.RestoreApproval;
import io.holdfast.restore.domain.RestoreDetails;
import io.holdfast.restore.domain.RestoreKind;
import io.holdfast.restore.domain.RestorePlan;
import io.holdfast.restore.domain.RestoreState;
import io.holdfast.restore.domain.RestoreStep;
import io.holdfast.restore.domain.TableComparisons;
import io.holdfast.restore.maintenance.MonitorState;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A restore as REST shows it.
 *
 * @param live of a restore that did not complete: the state of the live database
 * @param completedAt when whoever asked for it had it; it may be watched for a while after that
 * @param comparedTables number of tables of the staging database that were compared with the backup
 * @param tableResults their results, at most {@link TableComparisons#MOST}, differing tables first; absent in lists of restores
 * @param bookmark of a database that is overwritten: the state before, noted before the first write
 * @param previousBookmark the same as the provider named it when it took the database back to a point in time
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
        @Nullable LiveData live,
        List<StepView> steps,
        @Nullable RestorePlan plan,
        @Nullable ApprovalView approval,
        List<CheckResult> checks,
        @Nullable Integer comparedTables,
        @Nullable Integer differentTables,
        @Nullable List<TableComparisons.Table> tableResults,
        @Nullable InPlaceDiff difference,
        @Nullable InPlaceWriteResult writes,
        @Nullable InPlaceDiff differenceAfter,
        @Nullable String safety,
        @Nullable BackupId safetyBackupId,
        @Nullable Instant keptUntil,
        @Nullable String bookmark,
        @Nullable String previousBookmark,
        @Nullable MonitorState watch,
        @Nullable JobProgressed progress) {

    /** A restore in a list, without the results of its tables. */
    static RestoreView listed(Restore it, @Nullable JobProgressed progress) {
        return of(it, null, progress);
    }

    static RestoreView of(Restore it, @Nullable JobProgressed progress) {
        return of(it, it.account().compared(), progress);
    }

    private static RestoreView of(Restore it, @Nullable TableComparisons compared, @Nullable JobProgressed progress) {
        boolean completed = it.completedAt() != null;
        RestoreDetails restoreDetails = it.account();
        Checkpoint checkpoint = restoreDetails.checkpoint();
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
                it.live(),
                it.steps().stream().map(StepView::of).toList(),
                restoreDetails.plan(),
                ApprovalView.of(it.approval()),
                restoreDetails.checks(),
                compared == null ? null : compared.compared(),
                compared == null ? null : compared.different(),
                compared == null ? null : compared.tables(),
                restoreDetails.difference(),
                restoreDetails.writes(),
                restoreDetails.after(),
                restoreDetails.safety(),
                restoreDetails.safetyBackup(),
                it.keeps() ? it.switching().keptUntil() : null,
                checkpoint == null ? null : checkpoint.bookmark(),
                restoreDetails.previousBookmark(),
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
