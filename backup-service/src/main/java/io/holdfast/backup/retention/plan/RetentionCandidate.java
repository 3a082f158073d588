package io.holdfast.backup.retention.plan;

import io.holdfast.backup.catalog.BackupState;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupKind;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A backup in the vault, as retention sees it.
 *
 * @param takenAt instant of the snapshot
 * @param state STORED, PROVEN or UNPROVEN
 * @param unprovenAt when the backup was found bad; null unless UNPROVEN
 * @param heldBy author of the hold; null if the backup is not held
 * @param reader what reads the backup at the moment, such as {@code restore 0197…}; null if nothing does
 * @param storedBytes bytes that the backup added to the vault
 */
public record RetentionCandidate(
        BackupId id,
        Instant takenAt,
        BackupState state,
        BackupKind kind,
        List<String> labels,
        @Nullable Instant unprovenAt,
        @Nullable String heldBy,
        @Nullable String reader,
        long storedBytes) {

    static final Comparator<RetentionCandidate> NEWEST_FIRST = Comparator.comparing(RetentionCandidate::takenAt)
            .thenComparing(RetentionCandidate::id)
            .reversed();

    public RetentionCandidate {
        labels = List.copyOf(labels);
    }

    /**
     * Returns whether the backup counts for tiers and for {@code at-least}. A safety backup never does: it may be of single
     * tables or of a replaced database, and it has the data that a restore replaced.
     */
    public boolean counts() {
        return state == BackupState.PROVEN && !isSafety();
    }

    boolean isSafety() {
        return kind == BackupKind.SAFETY;
    }

    /** The instant from which the age of a backup without a proof counts: a damaged old backup can still be repaired. */
    Instant unprovenSince() {
        return unprovenAt != null && unprovenAt.isAfter(takenAt) ? unprovenAt : takenAt;
    }
}
