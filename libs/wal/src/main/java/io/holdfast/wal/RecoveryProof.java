package io.holdfast.wal;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a recovery of a server in scratch.
 *
 * @param base id of the base backup that was recovered
 * @param instant to which it was recovered; null: to the end of the base backup. With {@code rows}, that of their backup
 * @param at when the recovery ended
 * @param reason why it is not PROVEN; null if it is
 * @param databases of which every table was read
 * @param amcheck whether pg_amcheck checked them
 * @param millis that fetching, recovery and checks took
 * @param rows null: none were compared
 */
public record RecoveryProof(
        String base,
        @Nullable Instant instant,
        Instant at,
        Outcome outcome,
        @Nullable String reason,
        int databases,
        boolean amcheck,
        long millis,
        @Nullable ComparedRows rows) {
    /**
     * An inconclusive proof of an instant keeps the differences that an earlier proof found, so that the same backup is
     * compared again.
     *
     * @param earlier proofs of the same server, the oldest first
     */
    public RecoveryProof keepingDifferences(List<RecoveryProof> earlier) {
        if (instant == null || outcome != Outcome.INCONCLUSIVE) {
            return this;
        }
        ComparedRows kept = earlier.stream()
                .filter(RecoveryProof::rowsDiffer)
                .map(RecoveryProof::rows)
                .reduce((one, later) -> later)
                .orElse(null);
        return new RecoveryProof(base, instant, at, outcome, reason, databases, amcheck, millis, kept);
    }

    /** Whether a comparison found differences, in this proof or in an earlier one. */
    public boolean rowsDiffer() {
        return rows != null && !rows.equal();
    }

    /** INCONCLUSIVE: the machine could not do the recovery, which says nothing of base backup and WAL. */
    public enum Outcome {
        PROVEN,
        FAILED,
        INCONCLUSIVE
    }
}
