package io.holdfast.verifier.drill;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.JobProgressed;
import io.holdfast.contracts.VerificationId;
import io.holdfast.drill.ExternalVerdict;
import io.holdfast.drill.SignOff;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A drill as REST shows it.
 *
 * @param source the name of the source
 * @param fireAt the slot of the schedule; absent for a drill on request
 * @param restoreMillis how long the restore took; absent if there was none
 * @param bytes of the backup's rows as text
 * @param checksFailed failed checks, and negative controls that were not found
 * @param passed whether it passed, and no result says otherwise; absent until it has ended
 * @param copyDatabase the kept copy; absent if the drill keeps no copy, and after the copy was dropped
 * @param copyUntil when it is dropped
 * @param loginAt when its login was given out; absent: it can be asked for
 * @param reason why it failed or is inconclusive; with {@code retryAt}, why it waits
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record DrillView(
        VerificationId id,
        String source,
        String kind,
        DrillState state,
        @Nullable BackupId backupId,
        @Nullable Instant fireAt,
        String requestedBy,
        Instant requestedAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable Long restoreMillis,
        @Nullable Long bytes,
        @Nullable Integer checksFailed,
        @Nullable Boolean passed,
        @Nullable String copyDatabase,
        @Nullable Instant copyUntil,
        @Nullable Instant loginAt,
        @Nullable FailureReason reason,
        @Nullable Instant retryAt,
        List<ExternalVerdict> results,
        @Nullable SignOff signature,
        @Nullable JobProgressed progress) {

    static DrillView of(Drill it, @Nullable JobProgressed progress) {
        boolean measured = it.restoreMillis() > 0;
        boolean finished = it.state().isFinished();
        return new DrillView(
                it.id(),
                it.sourceName(),
                it.kind(),
                it.state(),
                it.backupId().or(it::askedBackup).orElse(null),
                it.fireAt(),
                it.requestedBy(),
                it.requestedAt(),
                it.startedAt(),
                it.endedAt(),
                measured ? it.restoreMillis() : null,
                measured ? it.bytes() : null,
                finished ? it.checksFailed() : null,
                finished ? it.passed() : null,
                it.hasCopy() ? it.copyDatabase() : null,
                it.hasCopy() ? it.copyUntil() : null,
                it.hasCopy() ? it.loginAt() : null,
                it.reason(),
                it.retryAt(),
                it.verdicts(),
                it.signOff(),
                it.state() == DrillState.RUNNING ? progress : null);
    }
}
