package io.holdfast.restore.load;

import io.holdfast.vault.format.Proof;
import java.time.Duration;
import java.util.Optional;

/**
 * How fast the proof of a backup restored and compared it, on the scratch server. The time is that of the whole proof, with
 * attempts of workers that died: so a restore to an equal machine takes less time. Pure.
 */
final class ProofRate {
    private ProofRate() {}

    /**
     * Bytes a second.
     *
     * @param bytes of rows as text in the backup
     * @return empty: the backup has no rows, or the proof has no duration
     */
    static Optional<Double> of(Proof proof, long bytes) {
        long millis = Duration.between(proof.startedAt(), proof.finishedAt()).toMillis();
        return proof.outcome() == Proof.Outcome.PROVEN && bytes > 0 && millis > 0
                ? Optional.of(bytes * 1000.0 / millis)
                : Optional.empty();
    }

    /** The duration of a proof, rounded up. */
    static long seconds(Proof proof) {
        return (Duration.between(proof.startedAt(), proof.finishedAt()).toMillis() + 999) / 1000;
    }
}
