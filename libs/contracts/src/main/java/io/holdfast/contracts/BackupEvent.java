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
                RequestRejected {

    /** A worker took the request up. A backup that is taken over from a dead worker does not start again. */
    @EventType("BackupStarted")
    record Started(BackupId backupId, SourceRef source, BackupKind kind, List<String> labels, Instant startedAt)
            implements BackupEvent {}

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
            implements BackupEvent {}

    @EventType("BackupFailed")
    record Failed(
            BackupId backupId,
            SourceRef source,
            BackupKind kind,
            List<String> labels,
            FailureReason reason,
            Instant failedAt)
            implements BackupEvent {}

    @EventType("BackupCancelled")
    record Cancelled(BackupId backupId, SourceRef source, String cancelledBy, Instant cancelledAt)
            implements BackupEvent {}

    /** A verification restored it and found every row equal. */
    @EventType("BackupProven")
    record Proven(BackupId backupId, SourceRef source, VerificationId verificationId, Instant provenAt)
            implements BackupEvent {}

    /** The backup is definitely bad, or was proven once and is no more. */
    @EventType("BackupUnproven")
    record Unproven(
            BackupId backupId,
            SourceRef source,
            VerificationId verificationId,
            FailureReason reason,
            Instant unprovenAt)
            implements BackupEvent {}

    @EventType("BackupHeld")
    record Held(BackupId backupId, SourceRef source, String heldBy, Instant heldAt) implements BackupEvent {}

    @EventType("BackupReleased")
    record Released(BackupId backupId, SourceRef source, String releasedBy, Instant releasedAt)
            implements BackupEvent {}

    @EventType("BackupDeleted")
    record Deleted(BackupId backupId, SourceRef source, String deletedBy, Instant deletedAt) implements BackupEvent {}

    /** A source was added, renamed or changed in the configuration. */
    @EventType("SourceChanged")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record SourceChanged(SourceRef source, @Nullable String formerName, Instant changedAt) implements BackupEvent {}
}
