package io.holdfast.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a verification found, on {@code holdfast.verification.events.v1}. */
public sealed interface VerificationEvent extends Event
        permits VerificationEvent.Started,
                VerificationEvent.Passed,
                VerificationEvent.Failed,
                VerificationEvent.Inconclusive,
                VerificationEvent.DrillCompleted,
                RequestRejected {

    @EventType("VerificationStarted")
    record Started(
            VerificationId verificationId,
            BackupId backupId,
            SourceRef source,
            VerificationLevel level,
            Instant startedAt)
            implements VerificationEvent {
        public Started {
            RequiredFields.fields(
                    "verificationId",
                    verificationId,
                    "backupId",
                    backupId,
                    "source",
                    source,
                    "level",
                    level,
                    "startedAt",
                    startedAt);
        }
    }

    /**
     * The backup is what its level says.
     *
     * @param restoreMillis how long the restore into the scratch database took; 0 at level INTACT
     */
    @EventType("VerificationPassed")
    record Passed(
            VerificationId verificationId,
            BackupId backupId,
            SourceRef source,
            VerificationLevel level,
            int tables,
            long rows,
            long bytes,
            long durationMillis,
            long restoreMillis,
            List<CheckResult> checks,
            Instant passedAt)
            implements VerificationEvent {
        public Passed {
            RequiredFields.fields(
                    "verificationId",
                    verificationId,
                    "backupId",
                    backupId,
                    "source",
                    source,
                    "level",
                    level,
                    "passedAt",
                    passedAt);
            checks = RequiredFields.list("checks", checks);
        }
    }

    /** The backup is definitely bad. */
    @EventType("VerificationFailed")
    record Failed(
            VerificationId verificationId,
            BackupId backupId,
            SourceRef source,
            VerificationLevel level,
            FailureReason reason,
            Instant failedAt)
            implements VerificationEvent {
        public Failed {
            RequiredFields.fields(
                    "verificationId",
                    verificationId,
                    "backupId",
                    backupId,
                    "source",
                    source,
                    "level",
                    level,
                    "reason",
                    reason,
                    "failedAt",
                    failedAt);
        }
    }

    /** Something else than the backup was bad: the scratch database, the way to the vault. Says nothing of the backup. */
    @EventType("VerificationInconclusive")
    record Inconclusive(
            VerificationId verificationId,
            BackupId backupId,
            SourceRef source,
            VerificationLevel level,
            FailureReason reason,
            Instant endedAt)
            implements VerificationEvent {
        public Inconclusive {
            RequiredFields.fields(
                    "verificationId",
                    verificationId,
                    "backupId",
                    backupId,
                    "source",
                    source,
                    "level",
                    level,
                    "reason",
                    reason,
                    "endedAt",
                    endedAt);
        }
    }

    /**
     * A drill ended; its report can be fetched from verifier-service.
     *
     * @param verificationId the drill's id
     * @param kind {@code restore-test}, {@code staging} or {@code total-loss}; null from versions that did not say
     * @param checksFailed failed checks and negative controls that were not found; null from versions that did not say
     */
    @EventType("DrillCompleted")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record DrillCompleted(
            VerificationId verificationId,
            BackupId backupId,
            SourceRef source,
            boolean passed,
            long restoreMillis,
            Instant completedAt,
            @Nullable String kind,
            @Nullable Integer checksFailed)
            implements VerificationEvent {
        public DrillCompleted {
            RequiredFields.fields(
                    "verificationId",
                    verificationId,
                    "backupId",
                    backupId,
                    "source",
                    source,
                    "completedAt",
                    completedAt);
        }
    }
}
