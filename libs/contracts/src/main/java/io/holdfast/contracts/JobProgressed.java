package io.holdfast.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a running job is, on {@code holdfast.progress.v1}; at most once a second per job, best effort, kept an hour.
 *
 * @param subject the id of the backup, verification or restore
 * @param phase a word people understand, such as {@code reading}
 * @param totalBytes an estimate; absent while unknown
 */
@EventType("JobProgressed")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JobProgressed(
        Kind kind,
        String subject,
        SourceRef source,
        String phase,
        long doneBytes,
        @Nullable Long totalBytes,
        long doneRows,
        Instant at)
        implements Event {
    public JobProgressed {
        RequiredFields.fields("kind", kind, "subject", subject, "source", source, "phase", phase, "at", at);
    }

    /** Whose job it is. */
    public enum Kind {
        BACKUP,
        VERIFICATION,
        RESTORE
    }
}
