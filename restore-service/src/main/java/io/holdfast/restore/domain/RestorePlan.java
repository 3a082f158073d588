package io.holdfast.restore.domain;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.contracts.BackupId;
import io.holdfast.contracts.BackupRequest;
import io.holdfast.contracts.FailureReason;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a restore will do, resolved: an approval is of exactly this.
 *
 * @param backup null if none could be chosen
 * @param liveOid the database that is replaced or written into; null: there is none
 * @param lines what will be done and what should be known, in words
 * @param problems everything that stands against it
 * @param bytes of rows as text, to be loaded
 * @param seconds how long it will take until the switch
 * @param measured whether {@code seconds} comes from restores of this source or the proof of this backup, not from a general assumption
 * @param safety the tables that the safety backup has to be of, each as a {@link BackupRequest} names it; null: all
 * @param bookmark of a restore to a point in time: the provider's name of the state that comes back
 * @param inPlace all tables of the backup, where no copy can be made beside and a replacement goes into the live ones
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RestorePlan(
        @Nullable BackupId backup,
        @Nullable Instant snapshotAt,
        @Nullable Long liveOid,
        List<String> lines,
        List<FailureReason> problems,
        long bytes,
        long seconds,
        boolean measured,
        @Nullable List<String> safety,
        @Nullable List<String> inPlace,
        @Nullable String bookmark) {
    public RestorePlan {
        lines = List.copyOf(lines);
        problems = List.copyOf(problems);
        safety = safety == null ? null : List.copyOf(safety);
        inPlace = inPlace == null ? null : List.copyOf(inPlace);
    }

    boolean possible() {
        return problems.isEmpty();
    }
}
