package io.holdfast.backup.retention;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.SourceRef;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A run that ended, as it is listed.
 *
 * @param bytes stored bytes of the deleted backups; chunks that other backups use stay
 * @param backups ids of the deleted backups
 * @param failures one sentence for each backup that could not be deleted
 * @param suspended why nothing was deleted; absent if the policy was applied
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record RetentionRun(
        UUID id,
        SourceRef source,
        String requestedBy,
        Instant startedAt,
        Instant completedAt,
        int kept,
        int deleted,
        int failed,
        long bytes,
        List<BackupId> backups,
        List<String> failures,
        @Nullable String suspended) {

    static RetentionRun of(RetentionReport report, String requestedBy, Instant startedAt, Instant completedAt) {
        List<String> failures = List.copyOf(report.failures().values());
        return new RetentionRun(
                UUID.randomUUID(),
                report.source(),
                requestedBy,
                startedAt,
                completedAt,
                report.kept(),
                report.deleted().size(),
                failures.size(),
                report.bytes(),
                report.deletedInOrder(),
                failures,
                report.plan().suspended());
    }
}
