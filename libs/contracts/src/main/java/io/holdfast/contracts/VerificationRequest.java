package io.holdfast.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/** What is asked of verifier-service, on {@code holdfast.verification.requests.v1}. */
public sealed interface VerificationRequest extends Event {

    /**
     * Verify one backup.
     *
     * @param level {@link VerificationLevel#PROVEN} unless said
     */
    @EventType("VerificationRequested")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Requested(BackupId backupId, @Nullable VerificationLevel level) implements VerificationRequest {
        public Requested {
            RequiredFields.fields("backupId", backupId);
        }
    }

    /** Hold a drill: verify the latest backup of a source, measure the restore, write the report. */
    @EventType("DrillRequested")
    record DrillRequested(String source) implements VerificationRequest {
        public DrillRequested {
            RequiredFields.text("source", source);
        }
    }
}
