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

    /**
     * Hold a drill: restore a backup of a source, check it, measure the restore, write the report.
     *
     * @param kind {@code restore-test} unless said
     * @param backup the backup to restore; without it, verifier-service chooses one
     * @param keep how long the copy stays after the drill, such as {@code 4h}; without it, the copy is dropped at once
     */
    @EventType("DrillRequested")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record DrillRequested(
            String source,
            @Nullable String kind,
            @Nullable BackupId backup,
            @Nullable String keep) implements VerificationRequest {
        public DrillRequested {
            RequiredFields.text("source", source);
        }

        public DrillRequested(String source) {
            this(source, null, null, null);
        }
    }
}
