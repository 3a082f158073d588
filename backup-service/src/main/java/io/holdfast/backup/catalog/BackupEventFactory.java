package io.holdfast.backup.catalog;

import static java.util.Objects.requireNonNull;

import io.holdfast.contracts.BackupEvent;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What there is to tell of a backup as it stands. Pure: the same backup tells the same event. */
final class BackupEventFactory {
    private BackupEventFactory() {}

    /** The event of the state a backup is in; empty while nobody took it up. */
    static Optional<BackupEvent> of(Backup backup) {
        return switch (backup.state()) {
            case REQUESTED -> Optional.empty();
            case RUNNING -> Optional.of(started(backup));
            case STORED -> Optional.of(completed(backup));
            case PROVEN -> Optional.of(proven(backup));
            case UNPROVEN -> Optional.of(unproven(backup));
            case FAILED -> Optional.of(failed(backup));
            case CANCELLED -> Optional.of(cancelled(backup));
            case DELETED -> Optional.of(deleted(backup));
        };
    }

    private static BackupEvent started(Backup backup) {
        return new BackupEvent.Started(
                backup.id(), backup.source(), backup.kind(), backup.labels(), requireNonNull(backup.startedAt()));
    }

    private static BackupEvent completed(Backup backup) {
        var startedAt = requireNonNull(backup.startedAt());
        var completedAt = requireNonNull(backup.completedAt());
        return new BackupEvent.Completed(
                backup.id(),
                backup.source(),
                backup.kind(),
                backup.labels(),
                backup.environment(),
                requireNonNull(backup.engine()),
                requireNonNull(backup.serverVersion()),
                requireNonNull(backup.snapshotAt()),
                completedAt,
                Duration.between(startedAt, completedAt).toMillis(),
                backup.totals(),
                backup.partial(),
                backup.findings());
    }

    private static BackupEvent proven(Backup backup) {
        return new BackupEvent.Proven(
                backup.id(),
                backup.source(),
                requireNonNull(backup.verificationId()),
                requireNonNull(backup.verifiedAt()));
    }

    private static BackupEvent unproven(Backup backup) {
        return new BackupEvent.Unproven(
                backup.id(),
                backup.source(),
                backup.verificationId(),
                reason(backup.reason()),
                requireNonNull(backup.unprovenAt()));
    }

    private static BackupEvent failed(Backup backup) {
        return new BackupEvent.Failed(
                backup.id(),
                backup.source(),
                backup.kind(),
                backup.labels(),
                reason(backup.reason()),
                requireNonNull(backup.completedAt()));
    }

    private static BackupEvent cancelled(Backup backup) {
        return new BackupEvent.Cancelled(
                backup.id(),
                backup.source(),
                requireNonNull(backup.cancelledBy()),
                requireNonNull(backup.completedAt()));
    }

    private static BackupEvent deleted(Backup backup) {
        return new BackupEvent.Deleted(
                backup.id(), backup.source(), requireNonNull(backup.deletedBy()), requireNonNull(backup.deletedAt()));
    }

    private static FailureReason reason(@Nullable FailureReason reason) {
        return reason != null ? reason : FailureReason.of(FailureCode.INTERNAL, "the reason was not recorded");
    }
}
