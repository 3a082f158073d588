package io.holdfast.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happened to a backup, on {@code holdfast.backup.events.v1}. */
public sealed interface BackupEvent extends Event
        permits BackupEvent.Started,
                BackupEvent.Completed,
                BackupEvent.Failed,
                BackupEvent.Cancelled,
                BackupEvent.Proven,
                BackupEvent.Unproven,
                BackupEvent.Held,
                BackupEvent.Released,
                BackupEvent.Deleted,
                BackupEvent.SourceChanged,
                SourceEvent,
                ConfigurationEvent,
                RequestRejected {

    /** A worker took the request up. A backup that is taken over from a dead worker does not start again. */
    @EventType("BackupStarted")
    record Started(BackupId backupId, SourceRef source, BackupKind kind, List<String> labels, Instant startedAt)
            implements BackupEvent {
        public Started {
            RequiredFields.fields("backupId", backupId, "source", source, "kind", kind, "startedAt", startedAt);
            labels = RequiredFields.list("labels", labels);
        }
    }

    /**
     * The backup is in the vault, complete by itself. It is not proven yet.
     *
     * @param snapshotAt the instant whose data it holds
     * @param partial true if something of the scope could not be carried; the findings say what
     */
    @EventType("BackupCompleted")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Completed(
            BackupId backupId,
            SourceRef source,
            BackupKind kind,
            List<String> labels,
            @Nullable String environment,
            String engine,
            String serverVersion,
            Instant snapshotAt,
            Instant completedAt,
            long durationMillis,
            BackupTotals totals,
            boolean partial,
            List<String> findings)
            implements BackupEvent {
        public Completed {
            RequiredFields.fields(
                    "backupId",
                    backupId,
                    "source",
                    source,
                    "kind",
                    kind,
                    "engine",
                    engine,
                    "serverVersion",
                    serverVersion,
                    "snapshotAt",
                    snapshotAt,
                    "completedAt",
                    completedAt,
                    "totals",
                    totals);
            labels = RequiredFields.list("labels", labels);
            findings = RequiredFields.list("findings", findings);
        }
    }

    @EventType("BackupFailed")
    record Failed(
            BackupId backupId,
            SourceRef source,
            BackupKind kind,
            List<String> labels,
            FailureReason reason,
            Instant failedAt)
            implements BackupEvent {
        public Failed {
            RequiredFields.fields(
                    "backupId", backupId, "source", source, "kind", kind, "reason", reason, "failedAt", failedAt);
            labels = RequiredFields.list("labels", labels);
        }
    }

    @EventType("BackupCancelled")
    record Cancelled(BackupId backupId, SourceRef source, String cancelledBy, Instant cancelledAt)
            implements BackupEvent {
        public Cancelled {
            RequiredFields.fields(
                    "backupId", backupId, "source", source, "cancelledBy", cancelledBy, "cancelledAt", cancelledAt);
        }
    }

    /** A verification restored it and found every row equal. */
    @EventType("BackupProven")
    record Proven(BackupId backupId, SourceRef source, VerificationId verificationId, Instant provenAt)
            implements BackupEvent {
        public Proven {
            RequiredFields.fields(
                    "backupId", backupId, "source", source, "verificationId", verificationId, "provenAt", provenAt);
        }
    }

    /**
     * The backup is definitely bad, or was proven once and is no more.
     *
     * @param verificationId which verification found it; absent if something else did, such as a restore that met a
     *     corrupt chunk
     */
    @EventType("BackupUnproven")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Unproven(
            BackupId backupId,
            SourceRef source,
            @Nullable VerificationId verificationId,
            FailureReason reason,
            Instant unprovenAt)
            implements BackupEvent {
        public Unproven {
            RequiredFields.fields("backupId", backupId, "source", source, "reason", reason, "unprovenAt", unprovenAt);
        }
    }

    @EventType("BackupHeld")
    record Held(BackupId backupId, SourceRef source, String heldBy, Instant heldAt) implements BackupEvent {
        public Held {
            RequiredFields.fields("backupId", backupId, "source", source, "heldBy", heldBy, "heldAt", heldAt);
        }
    }

    @EventType("BackupReleased")
    record Released(BackupId backupId, SourceRef source, String releasedBy, Instant releasedAt) implements BackupEvent {
        public Released {
            RequiredFields.fields(
                    "backupId", backupId, "source", source, "releasedBy", releasedBy, "releasedAt", releasedAt);
        }
    }

    @EventType("BackupDeleted")
    record Deleted(BackupId backupId, SourceRef source, String deletedBy, Instant deletedAt) implements BackupEvent {
        public Deleted {
            RequiredFields.fields(
                    "backupId", backupId, "source", source, "deletedBy", deletedBy, "deletedAt", deletedAt);
        }
    }

    /** A source was added, renamed or changed in the configuration. */
    @EventType("SourceChanged")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record SourceChanged(SourceRef source, @Nullable String formerName, Instant changedAt) implements BackupEvent {
        public SourceChanged {
            RequiredFields.fields("source", source, "changedAt", changedAt);
        }
    }
}
