package io.holdfast.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is asked of backup-service, on {@code holdfast.backup.requests.v1}. */
public sealed interface BackupRequest extends Event {

    /**
     * Take a backup now.
     *
     * @param source the source's name
     * @param labels for finding it again, such as {@code before-migration}; at most {@value #MOST_LABELS} of at most
     *     {@value #LONGEST_LABEL} characters; may be absent on the wire
     * @param kind what it is for; {@link BackupKind#MANUAL} unless said
     * @param database a database on the source's server that a restore put aside, read instead of the source's own; only for
     *     {@link BackupKind#SAFETY}
     * @param tables of the source's scope only these, written {@code schema.table}, with double quotes around a part that has
     *     blanks, dots or quotes; null: all. Only for {@link BackupKind#SAFETY}, and not with {@code database}
     */
    @EventType("BackupRequested")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Requested(
            String source,
            List<String> labels,
            @Nullable BackupKind kind,
            @Nullable String database,
            @Nullable List<String> tables)
            implements BackupRequest {
        public static final int MOST_LABELS = 20;
        public static final int LONGEST_LABEL = 100;

        public Requested {
            RequiredFields.text("source", source);
            labels = RequiredFields.atMost(
                    "labels", RequiredFields.listOrEmpty("labels", labels), MOST_LABELS, LONGEST_LABEL);
            tables = tables == null ? null : RequiredFields.list("tables", tables);
        }
    }

    /** Stop a backup that is waiting or running. One that is stored already stays. */
    @EventType("BackupCancellationRequested")
    record CancellationRequested(BackupId backupId) implements BackupRequest {
        public CancellationRequested {
            RequiredFields.fields("backupId", backupId);
        }
    }
}
