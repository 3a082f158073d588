package io.holdfast.backup.retention;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.contracts.SourceRef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The plan of a run and what the run did, as REST shows it.
 *
 * @param suspended why nothing is deleted; absent if the policy is applied
 * @param waiting whether a changed policy waits for acceptance
 * @param toDelete backups that the plan deletes
 * @param remaining backups that were left to a further run, which is queued
 * @param bytes stored bytes of the deleted backups; of a dry run, of those that would be deleted
 * @param items a decision on each backup, newest first
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record RetentionReportView(
        SourceRef source,
        boolean dryRun,
        @Nullable String suspended,
        boolean waiting,
        int kept,
        int toDelete,
        int deleted,
        int failed,
        int remaining,
        long bytes,
        List<RetentionItem> items) {

    static RetentionReportView of(RetentionReport report) {
        return new RetentionReportView(
                report.source(),
                report.dryRun(),
                report.plan().suspended(),
                report.waiting(),
                report.kept(),
                report.toDelete(),
                report.deleted().size(),
                report.failures().size(),
                report.remaining(),
                report.bytes(),
                report.plan().decisions().stream()
                        .map(decision -> RetentionItem.of(decision, report))
                        .toList());
    }
}
