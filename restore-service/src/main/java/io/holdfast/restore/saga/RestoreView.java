package io.holdfast.restore.saga;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.JobProgressed;
import io.holdfast.contracts.RestoreId;
import io.holdfast.contracts.SourceRef;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A restore as REST shows it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record RestoreView(
        RestoreId id,
        SourceRef source,
        @Nullable BackupId backupId,
        String database,
        RestoreState state,
        Instant requestedAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable Instant snapshotAt,
        @Nullable Integer tables,
        @Nullable Long rows,
        @Nullable Long bytes,
        @Nullable FailureReason reason,
        List<StepView> steps,
        @Nullable JobProgressed progress) {

    static RestoreView of(Restore it, @Nullable JobProgressed progress) {
        boolean completed = it.state() == RestoreState.COMPLETED;
        return new RestoreView(
                it.id(),
                it.source(),
                it.backupId(),
                it.database(),
                it.state(),
                it.requestedAt(),
                it.startedAt(),
                it.endedAt(),
                it.snapshotAt(),
                completed ? it.tables() : null,
                completed ? it.rows() : null,
                completed ? it.bytes() : null,
                it.reason(),
                it.steps().stream().map(StepView::of).toList(),
                it.state().isFinished() ? null : progress);
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record StepView(
            String name,
            Instant startedAt,
            @Nullable Instant endedAt,
            @Nullable String detail) {
        static StepView of(Step step) {
            return new StepView(step.name(), step.startedAt(), step.endedAt(), step.detail());
        }
    }
}
