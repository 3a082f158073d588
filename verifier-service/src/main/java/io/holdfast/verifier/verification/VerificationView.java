package io.holdfast.verifier.verification;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.CheckResult;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.JobProgressed;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.VerificationId;
import io.holdfast.contracts.VerificationLevel;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A verification as REST shows it.
 *
 * @param reason why it failed or is inconclusive; with {@code retryAt}, why it waits
 * @param retryAt when a running verification that waits for the end of an outage is tried again
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record VerificationView(
        VerificationId id,
        BackupId backupId,
        SourceRef source,
        VerificationLevel level,
        VerificationState state,
        Instant requestedAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable Integer tables,
        @Nullable Long rows,
        @Nullable Long bytes,
        @Nullable Long durationMillis,
        @Nullable Long restoreMillis,
        @Nullable FailureReason reason,
        @Nullable Instant retryAt,
        List<CheckResult> checks,
        @Nullable JobProgressed progress) {

    static VerificationView of(Verification it, @Nullable JobProgressed progress) {
        boolean passed = it.state() == VerificationState.PASSED;
        VerificationTotals verificationTotals = it.findings();
        return new VerificationView(
                it.id(),
                it.backupId(),
                it.source(),
                it.level(),
                it.state(),
                it.requestedAt(),
                it.startedAt().orElse(null),
                it.endedAt(),
                passed ? verificationTotals.tables() : null,
                passed ? verificationTotals.rows() : null,
                passed ? verificationTotals.bytes() : null,
                duration(it.startedAt().orElse(null), it.endedAt()),
                passed ? verificationTotals.restoreMillis() : null,
                it.reason(),
                it.retryAt(),
                verificationTotals.checks(),
                it.state() == VerificationState.RUNNING ? progress : null);
    }

    private static @Nullable Long duration(@Nullable Instant from, @Nullable Instant to) {
        return from == null || to == null ? null : Duration.between(from, to).toMillis();
    }
}
