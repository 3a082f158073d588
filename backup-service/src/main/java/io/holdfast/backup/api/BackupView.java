package io.holdfast.backup.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.backup.catalog.Backup;
import io.holdfast.backup.catalog.BackupState;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupKind;
import io.holdfast.contracts.BackupTotals;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.JobProgressed;
import io.holdfast.contracts.SourceRef;
import io.holdfast.contracts.VerificationId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A backup as REST shows it.
 *
 * @param reason why it failed or is unproven; with {@code retryAt}, why it waits
 * @param retryAt when a running backup that waits for the end of an outage is tried again
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BackupView(
        BackupId id,
        SourceRef source,
        BackupKind kind,
        List<String> labels,
        BackupState state,
        Instant requestedAt,
        @Nullable Instant startedAt,
        @Nullable Instant snapshotAt,
        @Nullable Instant completedAt,
        @Nullable Instant provenAt,
        @Nullable String environment,
        @Nullable String engine,
        @Nullable String serverVersion,
        @Nullable BackupTotals totals,
        boolean partial,
        List<String> findings,
        @Nullable FailureReason reason,
        @Nullable Instant retryAt,
        @Nullable VerificationId verificationId,
        @Nullable String correlationId,
        @Nullable Held held,
        @Nullable String deletedBy,
        @Nullable Instant deletedAt,
        @Nullable JobProgressed progress) {

    public static BackupView of(Backup backup, @Nullable JobProgressed progress) {
        BackupState state = backup.state();
        return new BackupView(
                backup.id(),
                backup.source(),
                backup.kind(),
                backup.labels(),
                state,
                backup.requestedAt(),
                backup.startedAt(),
                backup.snapshotAt(),
                backup.completedAt(),
                state == BackupState.PROVEN ? backup.verifiedAt() : null,
                backup.environment(),
                backup.engine(),
                backup.serverVersion(),
                state.isStored() ? backup.totals() : null,
                backup.partial(),
                backup.findings(),
                backup.reason(),
                backup.retryAt(),
                backup.verificationId(),
                backup.correlationId(),
                Held.of(backup),
                backup.deletedBy(),
                backup.deletedAt(),
                state == BackupState.RUNNING ? progress : null);
    }

    /** That it must not be deleted. */
    public record Held(String by, Instant at, @Nullable String reason) {
        static @Nullable Held of(Backup backup) {
            String by = backup.heldBy();
            Instant at = backup.heldAt();
            return by == null || at == null ? null : new Held(by, at, backup.heldReason());
        }
    }
}
