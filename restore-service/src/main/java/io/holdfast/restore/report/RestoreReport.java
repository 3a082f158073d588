package io.holdfast.restore.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.CheckResult;
import io.holdfast.contracts.RestoreId;
import io.holdfast.eventing.cloudevents.EventJson;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One restore, for those who will ask about it. Holds no secret and no row.
 *
 * @param mode such as {@code replace}, {@code new database}, {@code merge}
 * @param target as {@code host:port/database}
 * @param failure why it did not end well
 * @param snapshotAt the instant whose data was restored
 * @param switchedAt when the restored data became what the application sees; null: never
 * @param availableAt when the application could work again; null: not yet, or it never could not
 * @param plan as it was approved, a line each
 * @param differences between what was there and what is restored; empty if nobody looked
 * @param checklist see {@link Checklist}
 * @param rtoObjectiveMillis how long it may take, if that is said
 * @param nextSteps what people are to do now
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RestoreReport(
        RestoreId restoreId,
        String source,
        Outcome outcome,
        @Nullable String failure,
        String mode,
        String target,
        @Nullable BackupId backupId,
        @Nullable Instant snapshotAt,
        String requester,
        @Nullable String reason,
        @Nullable String approver,
        @Nullable Instant approvedAt,
        Instant requestedAt,
        @Nullable Instant switchedAt,
        @Nullable Instant availableAt,
        @Nullable Instant endedAt,
        List<String> plan,
        List<Step> steps,
        List<CheckResult> checks,
        List<Difference> differences,
        List<ChecklistItem> checklist,
        @Nullable Long rtoObjectiveMillis,
        List<String> nextSteps) {

    public RestoreReport {
        plan = List.copyOf(plan);
        steps = List.copyOf(steps);
        checks = List.copyOf(checks);
        differences = List.copyOf(differences);
        checklist = List.copyOf(checklist);
        nextSteps = List.copyOf(nextSteps);
    }

    /** How it stands. */
    public enum Outcome {
        RUNNING,
        WATCHING,
        COMPLETED,
        FAILED,
        CANCELLED,
        ROLLED_BACK
    }

    /** @param endedAt null: it goes on, or was never ended */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Step(
            String name,
            Instant startedAt,
            @Nullable Instant endedAt,
            @Nullable String detail) {}

    /** @param after null: it was not looked at again */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Difference(
            String table, Counts before, @Nullable Counts after) {}

    /**
     * Rows of the live table beside those of the backup.
     *
     * @param missing only in the backup
     * @param changed with the same key, but different
     * @param extra only in the live table
     */
    public record Counts(long missing, long changed, long extra) {}

    /** From the request until the application could work again, or to the end; null: neither is known. */
    @Nullable
    Duration recovery() {
        Instant until = availableAt == null ? endedAt : availableAt;
        return until == null ? null : Duration.between(requestedAt, until);
    }

    /** What was written in this span is not in the restored database; null: nothing live was replaced. */
    @Nullable
    Duration dataLoss() {
        return snapshotAt == null || switchedAt == null ? null : Duration.between(snapshotAt, switchedAt);
    }

    public String markdown() {
        return MarkdownReportRenderer.of(ReportLayout.of(this));
    }

    /** A whole page without scripts, and without anything that it would have to fetch. */
    public String html() {
        return HtmlReportRenderer.of(ReportLayout.of(this));
    }

    /** The record's own fields, and {@code recoveryMillis} and {@code dataLossMillis}. */
    public String json() {
        try {
            ObjectNode tree = EventJson.mapper().valueToTree(this);
            Duration recovery = recovery();
            Duration loss = dataLoss();
            if (recovery != null) {
                tree.put("recoveryMillis", recovery.toMillis());
            }
            if (loss != null) {
                tree.put("dataLossMillis", loss.toMillis());
            }
            return EventJson.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the report of restore " + restoreId + " cannot be written as JSON", e);
        }
    }
}
