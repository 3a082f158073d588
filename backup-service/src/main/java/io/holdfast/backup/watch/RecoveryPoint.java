package io.holdfast.backup.watch;

import io.holdfast.contracts.SourceId;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The newest instants of a source that can be restored.
 *
 * @param stored snapshot time of the newest backup that is in the vault and not known to be bad; null: none
 * @param proven snapshot time of the newest proven one; null: none
 * @param provenAt when that was proven
 */
public record RecoveryPoint(
        SourceId source,
        @Nullable Instant stored,
        @Nullable Instant proven,
        @Nullable Instant provenAt) {

    static RecoveryPoint none(SourceId source) {
        return new RecoveryPoint(source, null, null, null);
    }

    /** The data that a loss would cost now; null if nothing can be restored. */
    @Nullable
    Duration age(boolean mustBeProven, Instant now) {
        Instant newest = mustBeProven ? proven : stored;
        if (newest == null) {
            return null;
        }
        Duration age = Duration.between(newest, now);
        return age.isNegative() ? Duration.ZERO : age;
    }
}
